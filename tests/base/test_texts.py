"""Two contents say the same whoever wrote them: code, a form, the editor."""

import json
from uuid import uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.base.texts import revision_says, says

LETTERS = st.text(alphabet="abéÉ’ «»-.\n", min_size=1, max_size=12).filter(str.strip)
RICH = LETTERS.map(lambda text: f"<p>{text.strip()}</p><ul><li><b>a</b></li><li>b<br/>c</li></ul>")
TEXTS = st.one_of(LETTERS, RICH)
BLOCKS = st.builds(
    lambda text, rows, is_told: {"type": "step", "value": {"text": text, "rows": rows, "is_told": is_told}},
    TEXTS,
    st.lists(LETTERS, max_size=3),
    st.booleans(),
)
CONTENTS = st.fixed_dictionaries(
    {
        "title": LETTERS,
        "summary": RICH,
        "hook": st.one_of(st.just(""), LETTERS),
        "audiences": st.lists(st.integers(1, 30), unique=True, max_size=4),
        "body": st.lists(BLOCKS, max_size=3),
        "items": st.lists(st.fixed_dictionaries({"clsm": st.integers(1, 9)}), max_size=3),
        "is_ongoing": st.booleans(),
    }
)


def by_code(content: dict) -> dict:
    items = [{"pk": None, "sort_order": None, **item} for item in content["items"]]
    return {**content, "items": items, "body": json.dumps(content["body"], ensure_ascii=False)}


def by_form(content: dict, order: int) -> dict:
    """The same as the form and its editor write it: identifiers, wrapped lists, marks, ends of lines, defaults."""

    def text(value: str) -> str:
        marked = value.replace("<p>", '<p data-block-key="k1">').replace("<li>", '<li data-block-key="k2">')
        return marked.replace("<b>", "<strong>").replace("</b>", "</strong>").replace("\n", "\r\n")

    def block(one: dict) -> dict:
        value = {**one["value"], "text": text(one["value"]["text"]), "note": "", "image": None}
        value["rows"] = [{"type": "item", "value": text(row), "id": str(uuid4())} for row in value["rows"]]
        if not value["is_told"]:
            del value["is_told"]
        return {"type": one["type"], "value": value, "id": str(uuid4())}

    said = {name: value for name, value in content.items() if value not in ("", False)}
    said |= {"title": f" {text(content['title'])} ", "summary": f"{text(content['summary'])}\r\n", "seo_title": ""}
    said["audiences"] = content["audiences"][order:] + content["audiences"][:order]
    said["items"] = [{"pk": 40 + rank, "sort_order": rank, **item} for rank, item in enumerate(content["items"])]
    said["body"] = json.dumps([block(one) for one in content["body"]])
    return said


@settings(max_examples=50)
@given(CONTENTS, st.integers(0, 3))
def test_what_a_form_writes_again_says_the_same(content: dict, order: int) -> None:
    assert revision_says(by_code(content)) == revision_says(by_form(content, order))


@settings(max_examples=50)
@given(CONTENTS, LETTERS)
def test_a_word_more_is_a_change(content: dict, word: str) -> None:
    longer = {"type": "step", "value": {"text": word, "rows": [], "is_told": False}}
    for change in (
        {"title": content["title"] + " z"},
        {"summary": content["summary"] + f"<p>{word}</p>"},
        {"body": [*content["body"], longer]},
        {"audiences": [*content["audiences"], 99]},
        {"is_ongoing": not content["is_ongoing"]},
    ):
        assert revision_says(by_code(content)) != revision_says(by_form({**content, **change}, 0)), change


def test_nothing_is_said_the_same_way_everywhere() -> None:
    assert {
        says(value) for value in (None, "", "  \r\n", [], {}, False, {"a": None}, '<p data-block-key="a1"></p>')
    } == {""}
    assert says(0) != says(None)
    assert says("<p></p><p>Dit.</p>") != says("<p>Dit.</p>")


def test_what_a_save_calculates_is_not_said() -> None:
    assert revision_says({"title": "CLSM", "computed_population": 9}) == revision_says({"title": "CLSM"})
