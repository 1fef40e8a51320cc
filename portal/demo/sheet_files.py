"""CAPS sheets written as TOML files: one file per sheet, whose name is the slug.

A file starts with the identity card. One ``[[section]]`` table per block follows, in reading order. A table without
``block`` is a paragraph. An empty line separates two paragraphs.
"""

import tomllib
from pathlib import Path
from typing import Any

from caps_sheets.models import CapsSheetPage, SheetClsm, SheetCommune, SheetPartner
from caps_sheets.sections import SECTIONS
from network.models import ClsmPage
from network.territories.models import Commune
from portal.demo import lookups
from portal.demo.images import illustration
from portal.taxonomies.models import Vocabulary

FOLDER = Path(__file__).parent / "sheets"
WAITING_FOLDER = Path(__file__).parent / "waiting_sheets"
RICH_TEXT = {"step": "text", "highlight": "text"}
PLAIN_FIELDS = (
    *("title", "hook", "in_qpv", "qpv_names", "recurrence", "budget", "staff", "reach", "reach_method"),
    *("facilitator", "interview_dates", "interviewed_roles", "other_sources", "is_demo"),
)
TERM_FIELDS = {
    "scale": Vocabulary.SCALE,
    "prevention_level": Vocabulary.PREVENTION_LEVEL,
    "licence": Vocabulary.LICENCE,
}
TERM_LISTS = {
    "objectives": Vocabulary.OBJECTIVE,
    "audiences": Vocabulary.AUDIENCE,
    "settings": Vocabulary.SETTING,
    "strategies": Vocabulary.STRATEGY,
    "action_types": Vocabulary.ACTION_TYPE,
    "determinants": Vocabulary.DETERMINANT,
    "key_functions": Vocabulary.KEY_FUNCTION,
    "programmes": Vocabulary.PROGRAMME,
    "funders": Vocabulary.FUNDER,
}
DEFAULTS = {"is_demo": True, "licence": "cc-by-sa-4-0"}
Data = dict[str, Any]


def read_sheet(path: Path) -> Data:
    """The content of one file, with ``slug`` and the defaults of the demonstration."""
    return {"slug": path.stem, **DEFAULTS, **tomllib.loads(path.read_text(encoding="utf-8"))}


def read_folder(folder: Path = FOLDER) -> list[Data]:
    return [read_sheet(path) for path in sorted(folder.glob("*.toml"))]


def build_sheet(data: Data) -> CapsSheetPage:
    """An unsaved sheet; what the file leaves out stays empty, as in an unfinished draft."""
    sheet = CapsSheetPage(
        slug=data["slug"],
        summary=paragraphs(data.get("summary", "")),
        key_points=[("point", point) for point in data.get("key_points", [])],
        start_date=data.get("start"),
        end_date=data.get("end"),
        is_ongoing=data.get("is_ongoing", False),
        body=body(data),
        **{name: data[name] for name in PLAIN_FIELDS if name in data},
    )
    sheet.image = illustration(data["slug"])
    sheet.image_is_decorative = sheet.image is not None
    add_terms(sheet, data)
    add_parts(sheet, data)
    return sheet


def add_terms(sheet: CapsSheetPage, data: Data) -> None:
    for name, vocabulary in TERM_FIELDS.items():
        if name in data:
            setattr(sheet, name, lookups.term(vocabulary, data[name]))
    for name, vocabulary in TERM_LISTS.items():
        setattr(sheet, name, lookups.terms_of(vocabulary, data.get(name, [])))
    if "main_theme" in data:
        sheet.main_theme = lookups.themes_of([data["main_theme"]])[0]
    sheet.themes.add(*lookups.themes_of(data.get("themes", [])))
    sheet.keywords.add(*data.get("keywords", []))


def add_parts(sheet: CapsSheetPage, data: Data) -> None:
    if "carrier" in data:
        sheet.carrier = lookups.organisation(*data["carrier"])
    sheet.clsm_items = [SheetClsm(clsm=ClsmPage.objects.get(slug=slug)) for slug in data.get("clsms", [])]
    sheet.commune_items = [SheetCommune(commune=Commune.objects.get(pk=code)) for code in data.get("communes", [])]
    sheet.partner_items = [
        SheetPartner(organisation=lookups.organisation(name, kind), role=lookups.term(Vocabulary.PARTNER_ROLE, role))
        for name, kind, role in data.get("partners", [])
    ]


def body(data: Data) -> list[Data]:
    """Raw value of the text: the fourteen sections, those the file leaves out being empty."""
    return [
        {"type": section.key, "value": [raw_block(table) for table in data.get(section.key, [])]}
        for section in SECTIONS
    ]


def raw_block(table: Data) -> Data:
    """``{"type": …, "value": …}`` of one table of the file."""
    values = dict(table)
    kind = values.pop("block", "paragraph")
    if kind == "paragraph":
        return {"type": kind, "value": paragraphs(values["text"])}
    if kind == "partners":
        values["rows"] = [dict(zip(("name", "role", "contribution"), row, strict=True)) for row in values["rows"]]
    if kind == "verbatim":
        values["has_consent"] = True
    if name := RICH_TEXT.get(kind):
        values[name] = paragraphs(values[name])
    return {"type": kind, "value": values}


def paragraphs(text: str) -> str:
    """Rich text: one ``<p>`` per part between empty lines."""
    parts = [part.strip() for part in text.strip().split("\n\n")]
    return "".join(f"<p>{part}</p>" for part in parts if part)
