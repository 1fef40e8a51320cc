"""The edit form of a sheet, in plain French, one tab per official part, with its provenance and its reviews.

The case file belongs to an app above: its template tag shows the provenance. « Relectures » shows what the readers
answered, and what publication still requires.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from wagtail import hooks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, Panel, TitleFieldPanel

from caps_sheets.sections import SUMMARY_WORDS, TITLE_LENGTH
from portal.moderation.panels import CompletenessPanel
from portal.taxonomies.widgets import TermCheckboxes, ThemeCheckboxes
from portal.users.models import User


class ProvenancePanel(Panel):
    """Shown for a sheet with a case file, to users who may see case files; never on the public site."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "wagtailadmin/panels/provenance.html"

        def is_shown(self) -> bool:
            has_case = getattr(self.instance, "case_file", None) is not None
            return super().is_shown() and has_case and self.request.user.has_perm("caps_capitalisation.view_casefile")


@dataclass(frozen=True)
class FollowUp:
    """One part of the panel, added by the hook ``sheet_follow_up_parts``.

    ``read`` returns what ``template`` shows as ``part``, or None to leave it out.
    """

    template: str
    read: Callable[[Any, User], dict[str, Any] | None]


class FollowUpPanel(Panel):
    """Read-only: every decision is taken on a screen of its own."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "wagtailadmin/review/follow_up.html"

        def is_shown(self) -> bool:
            return super().is_shown() and bool(self.instance.pk and self.instance.latest_revision_id)

        def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            user = self.request.user
            parts = [part() for part in hooks.get_hooks("sheet_follow_up_parts")]
            read = [(part.template, part.read(self.instance, user)) for part in parts]
            context["parts"] = [(template, part) for template, part in read if part is not None]
            context["blockers"] = _blockers(self.instance)
            return context


class DocumentPanel(Panel):
    """What the document that the draft was made from holds beside it; shown until the sheet is published."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "wagtailadmin/document_import/panel.html"

        def is_shown(self) -> bool:
            return super().is_shown() and bool(self.instance.pk) and self.document is not None

        @property
        def document(self) -> Any:
            return getattr(self.instance, "document_import", None)


def _blockers(sheet: Any) -> list[str]:
    """What the publication of the latest text requires, beside the errors of the form itself."""
    revision = sheet.get_latest_revision()
    return revision.as_object().clearance_errors(revision)


def terms_panel(field_name: str, help_text: str = "") -> FieldPanel:
    return FieldPanel(field_name, widget=TermCheckboxes, help_text=help_text)


SUMMARY = [
    CompletenessPanel(heading="Où en est la fiche"),
    DocumentPanel(heading="À reprendre du document"),
    FollowUpPanel(heading="Relectures"),
    TitleFieldPanel(
        "title",
        help_text=f"{TITLE_LENGTH} caractères au plus. Dites l’action, pas le dispositif.",
        attrs={"data-characters": str(TITLE_LENGTH)},
    ),
    FieldPanel("hook", help_text="Une phrase de 200 caractères au plus : elle sert aussi dans la recherche."),
    FieldPanel(
        "summary",
        help_text="De {} à {} mots : ce qui a été fait, pour qui, ce que cela a appris.".format(*SUMMARY_WORDS),
        attrs={"data-words": "{}-{}".format(*SUMMARY_WORDS)},
    ),
    FieldPanel("key_points"),
    MultiFieldPanel([FieldPanel("image"), FieldPanel("image_alt"), FieldPanel("image_is_decorative")], heading="Image"),
    FieldPanel("easy_read", help_text="Facultatif. Phrases courtes, mots simples, une idée par phrase."),
]

IDENTITY = [
    InlinePanel("clsm_items", label="CLSM", heading="CLSM porteur(s)", help_text="Au moins un."),
    FieldPanel("carrier"),
    MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("scale"), FieldPanel("in_qpv")]),
            InlinePanel(
                "commune_items",
                label="Commune",
                heading="Communes de l’action",
                help_text="Seulement si l’action est plus étroite que le territoire du CLSM.",
            ),
            FieldPanel("qpv_names"),
        ],
        heading="Territoire",
    ),
    MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("start_date"), FieldPanel("end_date")]),
            FieldRowPanel([FieldPanel("recurrence"), FieldPanel("is_ongoing")]),
        ],
        heading="Période",
    ),
    MultiFieldPanel(
        [
            FieldPanel("main_theme"),
            FieldPanel(
                "themes", widget=ThemeCheckboxes, help_text="Trois autres au plus : le thème principal s’y ajoute."
            ),
            terms_panel("objectives"),
        ],
        heading="Thèmes et objectifs",
    ),
    MultiFieldPanel(
        [FieldRowPanel([terms_panel("audiences", "Bénéficiaires finaux et relais."), terms_panel("settings")])],
        heading="Publics et lieux",
    ),
    MultiFieldPanel(
        [
            FieldRowPanel(
                [terms_panel("strategies", "Les cinq axes de la charte d’Ottawa."), terms_panel("action_types")]
            )
        ],
        heading="Stratégies et types d’action",
    ),
    MultiFieldPanel(
        [
            FieldRowPanel([terms_panel("determinants"), terms_panel("key_functions")]),
            FieldRowPanel([FieldPanel("prevention_level"), terms_panel("programmes")]),
        ],
        heading="Déterminants, fonctions, prévention, programmes (facultatif)",
        classname="collapsed",
    ),
    InlinePanel(
        "partner_items",
        [FieldRowPanel([FieldPanel("organisation"), FieldPanel("role")])],
        label="Partenaire",
        heading="Partenaires",
        help_text="Au moins un, avec son rôle.",
    ),
    MultiFieldPanel(
        [
            terms_panel("funders"),
            FieldRowPanel([FieldPanel("budget"), FieldPanel("staff")]),
            FieldRowPanel([FieldPanel("reach"), FieldPanel("reach_method")]),
        ],
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
