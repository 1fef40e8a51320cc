"""The questionnaire of the census: its steps, its questions, and what is required to send it.

Source of the questions and of the required fields (marked with a star): domain dossier §3.1.
"""

from django import forms
from django.db.models import Q
from django.urls import reverse

from caps_sheets.capitalisation.models import EDITABLE, CensusAnswer, CensusDocument
from network.models.covered_area import stored_covered_area
from network.territories.models import Commune
from portal.base.questionnaires.questionnaire import MissingAnswer, Questionnaire, QuestionnaireStep
from portal.taxonomies.forms import ThemeField, ThemesField
from portal.taxonomies.models import Theme
from portal.taxonomies.widgets import TermCheckboxes

STEPS = (
    QuestionnaireStep(
        "action",
        "L’action",
        "De quoi s’agit-il ? Quelques lignes suffisent.",
        ("title", "description", "link", "working_group"),
    ),
    QuestionnaireStep(
        "themes",
        "Thèmes et publics",
        "Ces choix permettent de retrouver l’action, au Centre et sur le portail.",
        ("main_theme", "themes", "objectives", "audiences", "settings", "action_types"),
    ),
    QuestionnaireStep(
        "lieu-et-dates",
        "Où et quand",
        "Le territoire concerné et l’avancement.",
        ("communes", "in_qpv", "qpv_names", "progress", "start_date", "end_date"),
    ),
    QuestionnaireStep(
        "acteurs",
        "Avec qui et avec quels moyens",
        "Le porteur, les partenaires, la place des personnes concernées, le financement.",
        ("carrier_name", "partners", "involvement", "funders", "budget"),
    ),
    QuestionnaireStep(
        "resultats",
        "Ce que l’action a donné",
        "Tout est facultatif ici. Ce qui a posé problème intéresse autant que ce qui a marché.",
        ("reach", "session_count", "evaluation", "went_well", "went_wrong"),
    ),
    QuestionnaireStep(
        "suites",
        "Suites et contact",
        "Ce que vous souhaitez pour cette action, et comment vous joindre.",
        ("wish", "availability", "access_needs", "respondent_role", "respondent_email", "allows_publication"),
    ),
)

#: key of a step → the kind of files that may be attached there.
DOCUMENTS = {"action": CensusDocument.Kind.ATTACHMENT, "resultats": CensusDocument.Kind.EVALUATION}


class CensusQuestionnaire(Questionnaire[CensusAnswer]):
    model = CensusAnswer
    steps = STEPS
    required = (
        "title",
        "description",
        "main_theme",
        "audiences",
        "settings",
        "action_types",
        "progress",
        "start_date",
        "wish",
        "respondent_role",
        "respondent_email",
        "allows_publication",
    )
    periods = (("start_date", "end_date"),)
    labels = {
        "allows_publication": "autorisez-vous la fiche courte publique ?",
        "in_qpv": "l’action concerne-t-elle un quartier prioritaire (QPV) ?",
    }
    help_texts = {
        "link": "Une adresse complète, par exemple https://www.exemple.fr/action",
        "themes": "Repris de votre profil : décochez ceux qui ne concernent pas cette action.",
        "communes": "Celles de votre profil : décochez celles où l’action n’a pas lieu.",
        "qpv_names": "Si l’action concerne un ou plusieurs quartiers prioritaires.",
        "access_needs": "Ce qui rendrait un entretien ou une visite difficile pour vous ou pour le porteur.",
        "respondent_email": "Pour que le Centre puisse vous répondre. Jamais affiché au public.",
        "allows_publication": (
            "Une fiche courte – intitulé, description, thèmes, publics, communes, dates, porteur – paraît sur le"
            " portail une fois l’action recensée. Vous pourrez changer d’avis en écrivant au Centre."
        ),
    }
    widgets = {
        "description": forms.Textarea({"rows": 6}),
        "partners": forms.Textarea({"rows": 3}),
        "went_well": forms.Textarea({"rows": 4}),
        "went_wrong": forms.Textarea({"rows": 4}),
        "availability": forms.Textarea({"rows": 2}),
        "access_needs": forms.Textarea({"rows": 2}),
        "progress": forms.RadioSelect,
        "involvement": forms.RadioSelect,
        "evaluation": forms.RadioSelect,
        "wish": forms.RadioSelect,
        "objectives": TermCheckboxes,
        "audiences": TermCheckboxes,
        "settings": TermCheckboxes,
        "action_types": TermCheckboxes,
        "funders": TermCheckboxes,
        "respondent_role": forms.TextInput({"autocomplete": "organization-title"}),
        "respondent_email": forms.EmailInput({"autocomplete": "email"}),
    }

    def step_url(self, answer: CensusAnswer, step: QuestionnaireStep) -> str:
        return reverse("census_step", args=[answer.clsm_id, answer.pk, step.key])

    def closed_reason(self, answer: CensusAnswer) -> str:
        if answer.state in EDITABLE:
            return ""
        return (
            f"Cette action est « {answer.get_state_display()} » : elle ne se modifie plus. Votre texte n’est pas perdu,"
            " il est encore à l’écran ; écrivez au Centre si une réponse doit changer."
        )

    def build_field(self, answer: CensusAnswer, name: str) -> forms.Field:
        """The active themes and the communes of the profile, with those that the answer already has."""
        options = self.field_options(name)
        if name == "main_theme":
            themes = Theme.objects.filter(Q(is_active=True) | Q(pk=answer.main_theme_id))
            return ThemeField(themes, empty_label="À choisir", **options)
        if name == "themes":
            themes = Theme.objects.filter(Q(is_active=True) | Q(pk__in=answer.themes.values("pk")))
            return ThemesField(themes, widget=forms.CheckboxSelectMultiple, **options)
        if name == "communes":
            kept = Commune.objects.filter(pk__in=answer.communes.values("pk"))
            communes = (stored_covered_area(answer.clsm_id) | kept).order_by("name", "code")
            return forms.ModelMultipleChoiceField(communes, widget=forms.CheckboxSelectMultiple, **options)
        return super().build_field(answer, name)

    def missing_answers(self, answer: CensusAnswer) -> list[MissingAnswer]:
        missing = super().missing_answers(answer)
        crossed = self.period_errors(answer, self.fields)
        return missing + [self.missing_answer(answer, name, "une fin qui suive le début") for name in crossed]


QUESTIONNAIRE = CensusQuestionnaire()
