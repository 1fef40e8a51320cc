"""The profile of a CLSM in nine short steps, those that change first in front.

Everything that the full form of the profile asks is in a step, but for what stays with the Centre (``LEFT_TO_CENTRE``).
The answers are the draft of the page itself (ADR 17): the full form and the steps edit the same text.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst

from network.completeness import last_draft
from network.models import ClsmPage, Organisation, TypedProfile
from portal.base.locks import locked
from portal.base.questionnaires import values
from portal.base.questionnaires.fields import form_field
from portal.base.questionnaires.questionnaire import MissingAnswer, Questionnaire, QuestionnaireStep
from portal.base.questionnaires.values import Raw
from portal.medialib.models import PortalDocument, PortalImage
from portal.space.profile.choices import ChosenWidget
from portal.space.profile.drafts import DESCRIPTION, THEMES, stored_raw, write
from portal.space.profile.labels import Labels
from portal.space.profile.lists import PARTS, PartField, PartWidget, column_fields
from portal.space.profile.plain_text import is_plain
from portal.taxonomies.forms import ThemesField
from portal.taxonomies.models import Theme
from portal.taxonomies.widgets import TermCheckboxes

STEPS = (
    QuestionnaireStep(
        "contact",
        "Contact et poste",
        "Ce qui change le plus souvent : comment vous joindre, et si quelqu’un est en poste.",
        ("generic_email", "is_vacant", "vacant_since", "website", "authority_website"),
    ),
    QuestionnaireStep(
        "presentation",
        "Présentation",
        "Le nom du CLSM, et ce qu’il est en quelques lignes.",
        ("title", "short_name", "other_name", "short_description", DESCRIPTION),
    ),
    QuestionnaireStep(
        "territoire",
        "Territoire",
        "Les communes et les EPCI couverts : le département et la région s’en déduisent.",
        ("scale", "area_type", "epci_items", "commune_items", "declared_population", "population_year"),
    ),
    QuestionnaireStep(
        "quartiers-et-secteurs",
        "Quartiers et secteurs",
        "Les quartiers prioritaires et les secteurs de psychiatrie du territoire.",
        ("qpv_items", "city_contract", "sector_items"),
    ),
    QuestionnaireStep(
        "gouvernance",
        "Statut et gouvernance",
        "Un CLSM actif a une présidence élue, une co-animation par la psychiatrie publique et au moins un comité de "
        "pilotage ou une assemblée plénière.",
        (
            "status",
            "status_date",
            "created_on",
            "created_precision",
            "presidency_role",
            "presidency_authority",
            "cofacilitation_items",
            "user_representation",
            "user_representation_detail",
            "carer_representation",
            "carer_representation_detail",
        ),
    ),
    QuestionnaireStep(
        "instances",
        "Instances et groupes",
        "Qui se réunit, et à quel rythme.",
        ("body_items", "working_group_items", "has_complex_cases_committee"),
    ),
    QuestionnaireStep(
        "moyens",
        "Moyens et plans",
        "La structure porteuse, les financeurs, les plans auxquels le CLSM se rattache.",
        ("carrier", "funder_items", "health_contract", "health_contract_title", "ptsm_name", "other_links"),
    ),
    QuestionnaireStep(
        "action",
        "Objectifs, thèmes et publics",
        "Ces choix permettent de trouver le CLSM sur le portail.",
        ("objectives", THEMES, "audiences"),
    ),
    QuestionnaireStep(
        "documents",
        "Documents et logo",
        "La feuille de route, le diagnostic, les bilans. Le Centre les relit avant qu’ils soient publics.",
        (
            "roadmap_period",
            "roadmap_document",
            "diagnosis_year",
            "diagnosis_document",
            "report_items",
            "rules_document",
            "logo",
        ),
    ),
)

#: Fields of the full form that no step asks: mergers, address and listing of the page, dates, demonstration.
LEFT_TO_CENTRE = frozenset(
    {
        "replaced_by",
        "slug",
        "seo_title",
        "search_description",
        "show_in_menus",
        "go_live_at",
        "expire_at",
        "is_demo",
    }
)
FILES: dict[str, Any] = {
    "rules_document": PortalDocument,
    "roadmap_document": PortalDocument,
    "diagnosis_document": PortalDocument,
    "logo": PortalImage,
}
RADIOS = ("created_precision", "user_representation", "carer_representation", "health_contract")
#: Marked as required; the profile stays a draft without them.
ALWAYS_REQUIRED = frozenset(
    {
        "title",
        "short_description",
        "status",
        "status_date",
        "scale",
        "presidency_role",
        "presidency_authority",
        "user_representation",
        "carer_representation",
        "carrier",
        THEMES,
        "cofacilitation_items",
        "is_vacant",
    }
)
#: How long a person’s saves stay one version of the page.
SESSION = timedelta(hours=1)


class TitleField(forms.CharField):
    """Even a draft has a name: without one, the page cannot be saved."""

    def clean(self, value: Any) -> str:
        if not (value or "").strip():
            raise ValidationError("Le profil garde son nom : écrivez-en un.", code="blank")
        return super().clean(value)


class ProfileQuestionnaire(Questionnaire[TypedProfile]):
    model = TypedProfile
    steps = STEPS
    labels = {
        "title": "nom du CLSM",
        "is_vacant": "le poste de coordination est-il vacant ?",
        "has_complex_cases_committee": "y a-t-il une commission pour les situations complexes (RESAD) ?",
        "cofacilitation_items": "co-animation par la psychiatrie publique",
        "commune_items": "communes couvertes",
        "epci_items": "EPCI et EPT couverts",
        "created_precision": "ce que l’on sait de la date de création",
    }
    help_texts = {
        "generic_email": "Par exemple clsm@… : jamais affichée, elle sert à vous transmettre les messages.",
        "vacant_since": "Seulement si le poste est vacant.",
        "short_description": "300 caractères au plus.",
        DESCRIPTION: "Laissez une ligne vide entre deux paragraphes ; commencez par « - » les lignes d’une liste.",
        "epci_items": "Un EPCI couvre toutes ses communes : inutile de les ajouter une à une.",
        "commune_items": "Celles hors des EPCI ci-dessus. Une commune partie reste, avec la date de sa sortie.",
        "presidency_role": "La fonction de la personne élue, jamais son nom.",
        "user_representation": "« Non » est accepté : le Centre vous aidera à y remédier.",
        "carer_representation": "« Non » est accepté : le Centre vous aidera à y remédier.",
        "has_complex_cases_committee": "Dites seulement si elle existe. N’écrivez rien sur une situation ou une "
        "personne.",
        "funder_items": "Le type et l’année seulement : les montants restent entre vous et le Centre.",
        "carrier": "Cherchez-la par son nom ou son sigle.",
        THEMES: "Les thèmes sur lesquels vous agissez.",
    }

    widgets = {
        "generic_email": forms.EmailInput({"autocomplete": "off"}),  # of a service, not of the person who types
        "short_description": forms.Textarea({"rows": 4}),
        "objectives": TermCheckboxes,
        "audiences": TermCheckboxes,
        **dict.fromkeys(RADIOS, forms.RadioSelect),
    }

    def step_url(self, answer: TypedProfile, step: QuestionnaireStep) -> str:
        return reverse("profile_step", args=[answer.clsm_id, step.key])

    def field_url(self, clsm_id: int, name: str) -> str:
        """Where ``name`` is answered; the first step for a name that no step asks."""
        key = self.step_with(name).key if name in self.fields else STEPS[0].key
        return f"{reverse('profile_step', args=[clsm_id, key])}#id_{name}"

    def closed_reason(self, answer: TypedProfile) -> str:
        lock = answer.clsm.get_lock()
        if lock is None or not lock.for_user(answer.editor):
            return ""
        if answer.clsm.current_workflow_task_state is not None:
            return "Le Centre relit ce profil : il ne se modifie pas pendant ce temps."
        return "Le Centre a verrouillé ce profil : il ne se modifie pas pour le moment."

    # The draft of the page, and who changed it

    def read(self, clsm: ClsmPage, editor: Any) -> TypedProfile:
        """The answers of ``clsm``, for ``editor``; changes made in the full form are noted."""
        answer, _ = TypedProfile.objects.get_or_create(clsm=clsm)
        self._open(answer, clsm, editor)
        return self.lock_now(answer) if answer.digests != self._digests(answer) else answer

    def lock_now(self, answer: TypedProfile) -> TypedProfile:
        with transaction.atomic():
            return self.lock(answer)

    def lock(self, answer: TypedProfile) -> TypedProfile:
        """The page first, as every decision about it does, then the row."""
        clsm = locked(answer.clsm)
        fresh = locked(answer)
        self._open(fresh, clsm, answer.editor)
        digests = self._digests(fresh)
        if changed := [name for name, digest in digests.items() if fresh.digests.get(name) != digest]:
            fresh.revision += 1
            fresh.field_revisions |= dict.fromkeys(changed, fresh.revision)
            fresh.digests = digests
            fresh.save()
        return fresh

    def save(self, answer: TypedProfile) -> None:
        """Save the draft as a revision of the page. The saves of one person within the hour stay one version, never
        one that the full form wrote: a tab of the full form would not see that it changed.
        """
        if answer.is_changed:
            self._save_revision(answer)
            answer.digests = self._digests(answer)
        answer.save()

    def _save_revision(self, answer: TypedProfile) -> None:
        latest = answer.latest
        is_same = latest is not None and latest.pk == answer.written_revision
        over = latest if latest and is_same and latest.created_at > timezone.now() - SESSION else None
        draft = answer.clsm.with_content_json(answer.content)
        revision = draft.save_revision(user=answer.editor, clean=False, log_action=True, overwrite_revision=over)
        if latest is None or revision.pk != latest.pk:
            answer.written_revision = revision.pk
        answer.is_changed = False

    def _open(self, answer: TypedProfile, clsm: ClsmPage, editor: Any) -> None:
        answer.clsm, answer.editor = clsm, editor
        answer.latest = clsm.latest_revision
        answer.content = dict(answer.latest.content) if answer.latest else clsm.content_to_keep()

    def _digests(self, answer: TypedProfile) -> dict[str, str]:
        raws = {name: stored_raw(answer.content, name) for name in self.fields}
        return {name: hashlib.sha256(json.dumps(raw).encode()).hexdigest()[:16] for name, raw in raws.items()}

    # One answer

    def field_of(self, name: str) -> Any:
        return ClsmPage._meta.get_field(name)

    def label_of(self, name: str) -> str:
        return self.labels.get(name) or ClsmPage().field_label(name)

    def field_options(self, name: str) -> dict[str, Any]:
        help_text = self.help_texts.get(name, getattr(self.field_of(name), "help_text", ""))
        return {"required": name in ALWAYS_REQUIRED, "label": capfirst(self.label_of(name)), "help_text": help_text}

    def normalised(self, name: str, typed: Iterable[str]) -> Raw:
        return PARTS[name].normalised(typed) if name in PARTS else super().normalised(name, typed)

    def raw_value(self, answer: TypedProfile, name: str) -> Raw:
        return list(answer.typed[name]) if name in answer.typed else stored_raw(answer.content, name)

    def set_value(self, answer: TypedProfile, name: str, value: Any) -> None:
        write(answer.content, name, value, answer.clsm_id)
        answer.is_changed = True

    def is_empty(self, answer: TypedProfile, name: str) -> bool:
        return not stored_raw(answer.content, name)

    def readable(self, name: str, raw: Sequence[str]) -> str:
        return Labels([(name, raw)]).text(name, raw)

    def build_field(self, answer: TypedProfile, name: str) -> forms.Field:
        options = self.field_options(name)
        raw = self.raw_value(answer, name)
        if name in PARTS:
            columns = column_fields(PARTS[name], raw)
            return PartField(PARTS[name], columns, PartWidget(PARTS[name], columns), **options)
        if name == THEMES:
            themes = Theme.objects.filter(Q(is_active=True) | Q(pk__in=raw))
            return ThemesField(themes, widget=forms.CheckboxSelectMultiple, **options)
        if name in FILES:
            files = FILES[name].objects.all()
            return forms.ModelChoiceField(files, widget=ChosenWidget(files, "space/widgets/file.html"), **options)
        if name == "carrier":
            rows = Organisation.objects.all()
            return forms.ModelChoiceField(rows, widget=ChosenWidget(rows, "space/widgets/organisation.html"), **options)
        if name == "title":
            return TitleField(max_length=255, **options)
        return self._text_field(answer, name, options)

    def _text_field(self, answer: TypedProfile, name: str, options: dict[str, Any]) -> forms.Field:
        if name == DESCRIPTION:
            attrs: dict[str, Any] = {"rows": 8}
            if not is_plain(answer.content.get(name) or ""):
                attrs["readonly"] = True
                options["help_text"] = (
                    "Ce texte a une mise en forme (liens, intertitres, images) que cette page ne garde pas : "
                    "modifiez-le dans le formulaire complet."
                )
            return forms.CharField(max_length=values.LONGEST, widget=forms.Textarea(attrs), **options)
        return form_field(self.field_of(name), self.widgets.get(name), **options)

    # Before sending

    def missing_answers(self, answer: TypedProfile) -> list[MissingAnswer]:
        """What the full form would refuse: inputs to correct, incomplete rows, the rules of publication."""
        unreadable = [self.missing_answer(answer, name, f"{self.label_of(name)} (à corriger)") for name in answer.typed]
        problems = {name: " ".join(texts) for name, texts in last_draft(answer.clsm).publication_errors().items()}
        lacking = [
            self.missing_answer(answer, name, f"{self.label_of(name)} : {text}")
            for name, text in problems.items()
            if name not in answer.typed
        ]
        return unreadable + lacking + list(self._incomplete_rows(answer))

    def _incomplete_rows(self, answer: TypedProfile) -> Iterator[MissingAnswer]:
        for name, part in PARTS.items():
            raw = stored_raw(answer.content, name)
            needed = [column for column in part.columns if not part.model_field(column).blank]
            needed = [column for column in needed if column != part.document]
            for number, row in enumerate(part.rows(raw), start=1):
                cells = dict(zip(part.columns, row, strict=True))
                if empty := [column for column in needed if not cells[column]]:
                    labels = ", ".join(str(part.model_field(column).verbose_name) for column in empty)
                    yield self.missing_answer(
                        answer, name, f"{capfirst(part.name_of_row)} {number}, à compléter : {labels}"
                    )


QUESTIONNAIRE = ProfileQuestionnaire()
