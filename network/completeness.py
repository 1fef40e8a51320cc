"""Completeness of a CLSM profile: what publication requires, then what is recommended.

Requirements are those of ``network.models.clsm_rules``. Recommendations follow the schema of a profile: the generic
e-mail address, then the fields that describe organisation and action.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import cast

from network.models import ClsmPage, Organisation
from network.models.clsm_rules import REQUIRED_FIELDS
from portal.taxonomies.models import Term, Theme

REQUIRED = (*REQUIRED_FIELDS, "themes", "cofacilitation_items", "commune_items", "is_vacant")

REQUIRED_IF_OPERATIONAL = ("created_on", "body_items")

RECOMMENDED = {
    "generic_email": "L’adresse générique sert à vous transmettre les messages ; elle n’est jamais affichée.",
    "description": "Dites en quelques lignes ce qui fait votre CLSM.",
    "website": "Donnez l’adresse du site du CLSM.",
    "area_type": "Dites si le territoire est urbain, rural ou entre les deux.",
    "sector_items": "Nommez les secteurs de psychiatrie du territoire.",
    "working_group_items": "Nommez les groupes de travail.",
    "funder_items": "Dites quels types de financeurs soutiennent le CLSM.",
    "health_contract": "Dites s’il y a un contrat local de santé.",
    "ptsm_name": "Nommez le projet territorial de santé mentale.",
    "objectives": "Choisissez les objectifs du CLSM.",
    "audiences": "Choisissez les publics.",
    "roadmap_period": "Donnez la période de la feuille de route.",
    "diagnosis_year": "Donnez l’année du diagnostic.",
}


@dataclass(frozen=True)
class MissingItem:
    """``name``: of the field, or of the relation for a repeated part."""

    name: str
    label: str
    message: str
    is_required: bool


@dataclass(frozen=True)
class Completeness:
    missing: list[MissingItem]
    asked: int

    @property
    def percent(self) -> int:
        """Rounded down: 100 means that nothing is missing."""
        return (self.asked - len(self.missing)) * 100 // self.asked

    @cached_property
    def required(self) -> list[MissingItem]:
        return [item for item in self.missing if item.is_required]

    @cached_property
    def recommended(self) -> list[MissingItem]:
        return [item for item in self.missing if not item.is_required]


def completeness(clsm: ClsmPage) -> Completeness:
    """Completeness of the last draft, which the coordinator edits, in a fixed number of queries."""
    draft = last_draft(clsm)
    errors = draft.publication_errors()
    asked = {*REQUIRED, *errors, *RECOMMENDED}
    asked |= set(REQUIRED_IF_OPERATIONAL) if draft.is_operational else set()
    missing = [_item(draft, name, " ".join(messages), True) for name, messages in errors.items()]
    missing += [_item(draft, name, text, False) for name, text in RECOMMENDED.items() if not _is_filled(draft, name)]
    return Completeness(missing, len(asked))


def last_draft(clsm: ClsmPage) -> ClsmPage:
    """The latest revision, for checks and not for display.

    ``as_object`` makes one query per linked row. Here the rows that the rules read are fetched together, and the
    carrier, which they only test for presence, is a row without content (a protected key always has its target).
    """
    revision = clsm.latest_revision
    if revision is None:
        return clsm
    draft = cast(ClsmPage, ClsmPage.from_serializable_data(revision.content, check_fks=False))
    draft.pk = clsm.pk
    draft.known_in_post = clsm.known_in_post
    bodies = [item for item in draft.body_items.all() if item.kind_id]
    single = ("status", "scale", "area_type")
    wanted = {getattr(draft, f"{name}_id") for name in single} | {item.kind_id for item in bodies}
    terms = Term.objects.in_bulk(wanted - {None})
    for name in single:
        setattr(draft, name, terms.get(getattr(draft, f"{name}_id")))
    for item in bodies:
        item.kind = terms.get(item.kind_id)
    themes = Theme.objects.in_bulk([item.tag_id for item in draft.theme_items.all()])
    draft.theme_items = [item for item in draft.theme_items.all() if item.tag_id in themes]
    for item in draft.theme_items.all():
        item.tag = themes[item.tag_id]
    if draft.carrier_id is not None:
        draft.carrier = Organisation(pk=draft.carrier_id)
    return draft


def _item(draft: ClsmPage, name: str, message: str, is_required: bool) -> MissingItem:
    return MissingItem(name, draft.field_label(name), message, is_required)


def _is_filled(draft: ClsmPage, name: str) -> bool:
    value = getattr(draft, name)
    return bool(value.all() if hasattr(value, "all") else value)
