"""Factories of CAPS sheets: complete and publishable by default."""

from datetime import date
from itertools import count

from caps_sheets.models import CapsSheetPage, OverrideKind, SafeWording, SheetClsm, SheetPartner, SheetsIndexPage
from caps_sheets.review.services import override, tick
from network.models import ClsmPage
from portal.taxonomies.models import Vocabulary
from tests.factories.network import make_clsm, make_list, make_organisation, make_term, make_theme
from tests.factories.pages import insert, put_online

numbers = count(1)

PARAGRAPH = {"type": "paragraph", "value": "<p>Le territoire manquait d’un lieu où se parler.</p>"}
TEXT: dict[str, list[dict]] = {
    "contexte": [PARAGRAPH],
    "objectifs": [{"type": "objective", "value": {"kind": "general", "text": "Mieux se connaître."}}],
    "publics": [PARAGRAPH, {"type": "participation", "value": {"level": "co-construction", "text": "Ensemble."}}],
    "pilotage": [
        {"type": "partners", "value": {"rows": [{"name": "CMP", "role": "Accueil", "contribution": "Temps"}]}}
    ],
    "deroulement": [
        {"type": "step", "value": {"title": "Préparer", "text": "<p>Constituer les binômes.</p>"}},
        {"type": "step", "value": {"title": "S’immerger", "text": "<p>Passer un à cinq jours ensemble.</p>"}},
    ],
    "moyens": [PARAGRAPH],
    "elements_saillants": [
        {"type": "highlight", "value": {"title": "La réciprocité", "text": "<p>Chacun accueille.</p>"}},
        {"type": "highlight", "value": {"title": "La convention", "text": "<p>Elle rassure.</p>"}},
        {
            "type": "verbatim",
            "value": {"quote": "J’ai compris leur métier.", "role": "Infirmière", "has_consent": True},
        },
    ],
    "difficultes": [
        {"type": "difficulty", "value": {"difficulty": "Agendas.", "response": "Une journée.", "effect": "Tous."}}
    ],
    "leviers": [{"type": "lever", "value": {"title": "Portage", "text": "L’élue préside."}}],
    "resultats": [{"type": "evaluation", "value": {"kind": "Non évaluée"}}],
    "enseignements": [
        {"type": "lesson", "value": {"text": "Commencer petit."}},
        {"type": "lesson", "value": {"text": "Prévoir la restitution."}},
    ],
    "transferabilite": [],
    "perspectives": [],
    "ressources": [],
}


def make_sheets_index() -> SheetsIndexPage:
    return make_list(SheetsIndexPage, "Fiches CAPS", "fiches")


def body(**sections: list[dict]) -> list[dict]:
    """Raw value of the text: a complete one, with the given sections replaced."""
    return [{"type": key, "value": value} for key, value in (TEXT | sections).items()]


def build_sheet(**kw: object) -> CapsSheetPage:
    """An unsaved sheet; ``clsms``, ``themes`` and ``sections`` fill its parts."""
    number = next(numbers)
    clsms: list[ClsmPage] = kw.pop("clsms") if "clsms" in kw else [make_clsm()]
    themes = kw.pop("themes") if "themes" in kw else [make_theme()]
    sections = kw.pop("sections", {})
    defaults = {
        "title": f"Fiche d’exemple {number}",
        "slug": f"fiche-exemple-{number}",
        "hook": "Des professionnels passent de l’autre côté du guichet.",
        "summary": "<p>" + "mot " * 160 + "</p>",
        "key_points": [("point", text) for text in ("Commencer petit", "Signer une convention", "Restituer")],
        "carrier": make_organisation(),
        "scale": make_term(Vocabulary.SCALE, "communale"),
        "start_date": date(2022, 9, 8),
        "end_date": date(2022, 11, 8),
        "recurrence": "ponctuelle",
        "main_theme": themes[0] if themes else None,
        "facilitator": "Chargée de mission du Centre",
        "interview_dates": "mars 2023",
        "interviewed_roles": "Coordinatrice du CLSM",
        "licence": make_term(Vocabulary.LICENCE, "cc-by-sa-4-0"),
        "body": body(**sections),
    }
    sheet = CapsSheetPage(**(defaults | kw))
    sheet.themes.add(*themes)
    sheet.clsm_items = [SheetClsm(clsm=clsm) for clsm in clsms]
    sheet.partner_items = [
        SheetPartner(organisation=make_organisation(), role=make_term(Vocabulary.PARTNER_ROLE, "pilote"))
    ]
    for field, vocabulary, slug in (
        ("objectives", Vocabulary.OBJECTIVE, "parcours"),
        ("audiences", Vocabulary.AUDIENCE, "travailleurs-sociaux"),
        ("settings", Vocabulary.SETTING, "etablissement-de-sante"),
        ("strategies", Vocabulary.STRATEGY, "reorienter-les-services"),
        ("action_types", Vocabulary.ACTION_TYPE, "stage-croise"),
        ("funders", Vocabulary.FUNDER, "ars"),
    ):
        if field not in kw:
            setattr(sheet, field, [make_term(vocabulary, slug)])
    return sheet


def make_sheet(**kw: object) -> CapsSheetPage:
    """A saved sheet with a first revision, and its text cleared and online unless ``live=False``.

    It is put online without being published: a test of the publication publishes a draft itself.
    """
    sheet = build_sheet(**kw)
    is_public, sheet.live = sheet.live, False
    insert(make_sheets_index(), sheet)
    sheet.save_revision(clean=False)
    if is_public:
        override(sheet, OverrideKind.TAKEOVER, by=None, reason=OverrideKind.TAKEOVER.label)
        if sheet.shows_help:
            tick(sheet, SafeWording.values, by=None)
        put_online(sheet)
    return sheet
