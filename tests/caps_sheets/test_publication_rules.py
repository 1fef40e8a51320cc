"""What a sheet must hold to be public."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from caps_sheets.models import CapsSheetPage
from caps_sheets.sections import SECTIONS, written_sections
from tests.factories.network import make_theme
from tests.factories.sheets import PARAGRAPH, TEXT, body, build_sheet, make_sheet

pytestmark = pytest.mark.django_db

EMPTIED = {
    "hook": "",
    "carrier": None,
    "scale": None,
    "start_date": None,
    "recurrence": "",
    "main_theme": None,
    "facilitator": "",
    "interview_dates": "",
    "interviewed_roles": "",
    "licence": None,
    "version": "",
    "clsms": [],
    "objectives": [],
    "audiences": [],
    "settings": [],
    "strategies": [],
    "action_types": [],
    "funders": [],
    "themes": [],
    "key_points": [("point", "un"), ("point", "deux")],
    "summary": "<p>Trop court.</p>",
    "title": "T" * 121,
}
FIELD = {"clsms": "clsm_items"}


def test_a_complete_sheet_breaks_no_rule():
    sheet = make_sheet()
    assert sheet.publication_errors() == {}
    assert sheet.live


@pytest.mark.parametrize(("name", "value"), EMPTIED.items())
def test_each_missing_field_is_named_in_french(name, value):
    errors = build_sheet(**{name: value}).publication_errors()
    assert FIELD.get(name, name) in errors


@pytest.mark.parametrize(
    ("section", "blocks", "expected"),
    [
        ("contexte", [], "1. Contexte"),
        (
            "contexte",
            [{"type": "paragraph", "value": "<p>  \xa0 </p>"}],
            "1. Contexte et origine de l’action : « paragraphe » : à remplir.",
        ),
        (
            "contexte",
            [{"type": "paragraph", "value": ""}],
            "1. Contexte et origine de l’action : « paragraphe » : à remplir.",
        ),
        (
            "deroulement",
            [TEXT["deroulement"][0], {"type": "step", "value": {}}],
            "5. Déroulement : les étapes : « étape » 2 : à remplir (titre de l’étape, ce qui a été fait).",
        ),
        (
            "pilotage",
            [{"type": "partners", "value": {"rows": [{"name": ""}]}}],
            "« partenaires » : à remplir (partenaire).",
        ),
        ("leviers", [{"type": "lever", "value": {"title": "T" * 121, "text": ""}}], "Levier : "),
        ("deroulement", TEXT["deroulement"][:1], "5. Déroulement"),
        ("elements_saillants", [PARAGRAPH], "7. Éléments saillants"),
        ("difficultes", [], "8. Difficultés"),
        ("enseignements", TEXT["enseignements"][:1], "11. Enseignements"),
        ("elements_saillants", TEXT["elements_saillants"][:2], "verbatim"),
    ],
)
def test_each_incomplete_section_is_named(section, blocks, expected):
    messages = build_sheet(sections={section: blocks}).all_errors()["body"]
    assert any(expected in message for message in messages)


def test_a_new_sheet_holds_its_required_blocks_and_each_is_counted_until_it_is_filled():
    sheet = CapsSheetPage(title="Neuve")
    needed = [sum(section.needs.values()) for section in SECTIONS]
    assert [len(section.value) for section in sheet.body] == needed
    counted = [point for point in sheet.missing_points() if point.path.startswith("body")]
    assert len(counted) == sum(needed) + 1  # a verbatim, wherever it is
    assert list(written_sections(sheet.body)) == []


def test_what_is_missing_is_what_publication_refuses():
    text = body(contexte=[], leviers=[{"type": "lever", "value": {}, "id": "levier"}])
    sheet = build_sheet(hook="", body=[section | {"id": "neuf"} for section in text])
    with pytest.raises(ValidationError) as refusal:
        sheet.check_publishable()
    points = sheet.missing_points()
    assert sorted(point.message for point in points) == sorted(refusal.value.messages)
    assert "body.neuf.levier.title" in {point.path for point in points}


def test_optional_sections_may_stay_empty():
    assert "body" not in build_sheet(sections={"transferabilite": [], "perspectives": []}).publication_errors()


def points(number: int) -> list[tuple[str, str]]:
    return [("point", f"Point {rank}") for rank in range(number)]


@pytest.mark.parametrize(
    ("name", "accepted", "refused"),
    [
        ("key_points", (points(3), points(5)), (points(2), points(6))),
        ("title", ("T" * 120,), ("T" * 121,)),
        ("summary", ("<p>" + "mot " * 150 + "</p>", "<p>" + "mot " * 250 + "</p>"),
         ("<p>" + "mot " * 149 + "</p>", "<p>" + "mot " * 251 + "</p>")),
        ("end_date", (date(2022, 9, 8),), (date(2022, 9, 7),)),
    ],
)  # fmt: skip
def test_each_rule_holds_on_its_bound(name, accepted, refused):
    assert [name in build_sheet(**{name: value}).publication_errors() for value in accepted] == [False] * len(accepted)
    assert [name in build_sheet(**{name: value}).publication_errors() for value in refused] == [True] * len(refused)


def test_a_sheet_has_one_to_four_themes():
    themes = [make_theme(f"theme-{rank}", name=f"Thème {rank}") for rank in range(5)]
    assert "themes" not in build_sheet(themes=themes[:1]).publication_errors()
    assert "themes" not in build_sheet(themes=themes[:4]).publication_errors()
    assert "themes" in build_sheet(themes=themes).publication_errors()


def test_an_action_ends_or_is_ongoing():
    assert "end_date" in build_sheet(end_date=None).publication_errors()
    assert "end_date" not in build_sheet(end_date=None, is_ongoing=True).publication_errors()
    assert "end_date" in build_sheet(end_date=date(2021, 1, 1)).publication_errors()


def test_the_main_theme_is_one_of_the_themes():
    other = make_theme("logement", "determinants")
    assert "themes" in build_sheet(main_theme=other).publication_errors()


def test_a_verbatim_without_consent_is_refused():
    verbatim = {"type": "verbatim", "value": {"quote": "Oui.", "role": "Élue", "has_consent": False}}
    sheet = build_sheet(sections={"contexte": [PARAGRAPH, verbatim]})
    assert not sheet.is_publishable()


def test_sections_come_back_to_their_official_order():
    shuffled = list(reversed(body()))
    sheet = build_sheet(body=shuffled)
    cleaned = sheet.body.stream_block.clean(sheet.body)
    assert [child.block_type for child in cleaned] == list(TEXT)


def test_a_removed_section_comes_back_empty():
    sheet = build_sheet(body=body()[3:])
    cleaned = sheet.body.stream_block.clean(sheet.body)
    assert [child.block_type for child in cleaned] == list(TEXT)
    assert not cleaned[0].value
