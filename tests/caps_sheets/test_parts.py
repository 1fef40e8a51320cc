"""What is read again: the parts of a sheet that changed, and no other."""

import json
from copy import deepcopy

import pytest
from django.template.loader import render_to_string
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from caps_sheets.models import CapsSheetPage
from caps_sheets.models.clearance import text_key
from caps_sheets.models.parts import HEADINGS, changed_parts, since
from caps_sheets.sections import ORDER
from tests.factories.sheets import body, make_sheet, make_sheets_index

pytestmark = pytest.mark.django_db

FOUR = st.text(alphabet="abcdéà’.", min_size=4, max_size=4)
#: Fields that are not in the text: (name, new value) by part.
FIELDS = {
    "resume": ("title", "hook", "summary", "easy_read", "image_alt"),
    "identite": ("staff", "facilitator", "other_sources", "qpv_names", "version"),
    "ensemble": ("seo_title", "search_description"),
}
PARAGRAPHS = {key: [{"type": "paragraph", "value": f"<p>Ce qui est écrit : {key}.</p>"}] for key in ORDER}


@pytest.fixture(scope="module")
def content(module_db) -> dict:
    make_sheets_index()
    return make_sheet(live=False).save_revision().content


def written(content: dict, body: list[dict]) -> dict:
    """The same sheet with a paragraph in each section, as code writes it."""
    return deepcopy(content) | {"body": json.dumps(body)}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(part=st.sampled_from(list(HEADINGS)), four=FOUR, data=st.data())
def test_four_characters_change_exactly_one_part(content, part, four, data):
    before = written(content, body(**PARAGRAPHS))
    after = deepcopy(before)
    if part in ORDER:
        after["body"] = json.dumps(
            body(**PARAGRAPHS | {part: [{"type": "paragraph", "value": f"<p>Ce qui est écrit : {four}{part}.</p>"}]})
        )
    elif part == "a-retenir":
        after["key_points"] = after["key_points"].replace("Restituer", f"Restituer{four}")
    else:
        name = data.draw(st.sampled_from(FIELDS[part]))
        after[name] = f"{after[name]}{four}"
    assert changed_parts(before, after) == [part]


@pytest.mark.parametrize(
    ("name", "value", "part"),
    [
        ("image", 7, "resume"),
        ("slug", "autre", "resume"),
        ("start_date", "2020-01-01", "identite"),
        ("audiences", [99], "identite"),
        ("partner_items", [], "identite"),
        ("clsm_items", [{"pk": None, "clsm": 99}], "identite"),
    ],
)
def test_pictures_and_choices_belong_to_a_part(content, name, value, part):
    assert changed_parts(content, content | {name: value}) == [part]


def test_what_the_editor_rewrites_is_not_a_change(content):
    """A block moved back to its place, new identifiers, marks and tags of the editor, bookkeeping."""
    blocks = body(contexte=[{"type": "paragraph", "value": "<p>Un <b>lieu</b>\xa0clos.</p>"}])
    saved = body(
        contexte=[{"type": "paragraph", "value": '<p data-block-key="a1">Un <strong>lieu</strong>&nbsp;clos.</p>'}]
    )
    before = written(content, blocks)
    after = written(content, [{**block, "id": str(rank)} for rank, block in enumerate(reversed(saved))])
    assert changed_parts(before, after | {"live": True, "latest_revision": 12, "is_safe_messaging_checked": True}) == []


def test_the_difference_is_in_words_and_can_be_heard(content):
    sheet = CapsSheetPage.objects.get()
    before = sheet.get_latest_revision()
    sheet = before.as_object()
    sheet.title, sheet.in_qpv = "Un autre titre", True
    sheet.body = json.dumps(
        body(contexte=[{"type": "paragraph", "value": "<p>Le territoire manquait d’un café où se parler.</p>"}])
    )
    after = sheet.save_revision()
    assert text_key(before) != text_key(after)
    known = since(timezone.now(), before, after)
    assert list(known.lines) == ["resume", "identite", "contexte"]
    html = render_to_string("components/caps_sheets/changed_lines.html", {"lines": known.lines["contexte"]})
    assert "[supprimé" in html and "</span>lieu<span" in html and "</span>café<span" in html
    assert "où se parler." in html
    assert known.lines["identite"] == [[("addition", "En quartier prioritaire (QPV) : oui")]]
    assert known.lines["resume"][0][0] == ("equal", "Titre : ")
