"""The edit form of a sheet, in plain French, one tab per official part."""

from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, TitleFieldPanel

from caps_sheets.provenance import ProvenancePanel
from caps_sheets.review.panel import FollowUpPanel
from portal.moderation.panels import CompletenessPanel
from portal.taxonomies.widgets import TermCheckboxes, ThemeCheckboxes


def terms_panel(field_name: str, help_text: str = "") -> FieldPanel:
    return FieldPanel(field_name, widget=TermCheckboxes, help_text=help_text)


SUMMARY = [
    CompletenessPanel(heading="Où en est la fiche"),
    FollowUpPanel(heading="Relectures"),
    TitleFieldPanel("title", help_text="120 caractères au plus. Dites l’action, pas le dispositif."),
    FieldPanel("hook", help_text="Une phrase de 200 caractères au plus : elle sert aussi dans la recherche."),
    FieldPanel("summary", help_text="De 150 à 250 mots : ce qui a été fait, pour qui, ce que cela a appris."),
    FieldPanel("key_points"),
    MultiFieldPanel([FieldPanel("image"), FieldPanel("image_alt"), FieldPanel("image_is_decorative")], heading="Image"),
    FieldPanel("easy_read", help_text="Facultatif. Phrases courtes, mots simples, une idée par phrase."),
]

IDENTITY = [
    InlinePanel("clsm_items", label="CLSM", heading="CLSM porteur(s)", help_text="Au moins un."),
    FieldPanel("carrier"),
    MultiFieldPanel(
        [
            FieldPanel("scale"),
            InlinePanel(
                "commune_items",
                label="Commune",
                heading="Communes de l’action",
                help_text="Seulement si l’action est plus étroite que le territoire du CLSM.",
            ),
            FieldPanel("in_qpv"),
            FieldPanel("qpv_names"),
        ],
        heading="Territoire",
    ),
    MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("start_date"), FieldPanel("end_date")]),
            FieldPanel("is_ongoing"),
            FieldPanel("recurrence"),
        ],
        heading="Période",
    ),
    FieldPanel("main_theme"),
    FieldPanel("themes", widget=ThemeCheckboxes, help_text="De un à quatre, dont le thème principal."),
    terms_panel("objectives"),
    terms_panel("audiences", "Bénéficiaires finaux et relais."),
    terms_panel("settings"),
    terms_panel("strategies", "Les cinq axes de la charte d’Ottawa."),
    terms_panel("action_types"),
    terms_panel("determinants"),
    terms_panel("key_functions"),
    FieldPanel("prevention_level"),
    terms_panel("programmes"),
    InlinePanel("partner_items", label="Partenaire", heading="Partenaires", help_text="Au moins un, avec son rôle."),
    terms_panel("funders"),
    MultiFieldPanel(
        [FieldPanel("budget"), FieldPanel("staff"), FieldRowPanel([FieldPanel("reach"), FieldPanel("reach_method")])],
        heading="Moyens et portée",
    ),
    FieldPanel("keywords"),
]

TEXT = [FieldPanel("body", classname="caps-text")]

SOURCE = [
    ProvenancePanel(heading="D’où vient la fiche"),
    MultiFieldPanel(
        [
            FieldPanel("facilitator", help_text="Une fonction ou une structure, extérieure à l’action."),
            FieldPanel("interview_dates"),
            FieldPanel("interviewed_roles", help_text="Des fonctions, jamais de noms."),
            FieldPanel("other_sources"),
        ],
        heading="Capitalisation",
    ),
    FieldRowPanel([FieldPanel("licence"), FieldPanel("version")]),
    FieldPanel("is_demo"),
]
