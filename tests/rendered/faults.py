"""What a page must not show, and what each of its forms needs."""

import json
import re
from collections import Counter
from collections.abc import Iterator

from bs4 import Tag
from lxml import etree

from tests.rendered.visiting import Seen

LONE_AMPERSAND = re.compile(r"&(?!(?:[a-zA-Z][a-zA-Z0-9]*|#\d+|#[xX][0-9a-fA-F]+);)")
SCRIPT = re.compile(r"<(script|style)\b.*?</\1>", re.DOTALL)
#: Names of fields about the person who types.
ABOUT_A_PERSON = re.compile(r"(?:^|[-_])(?:email|first_name|last_name|phone|address|login)$")
TYPED = "input, select, textarea"
UNSEEN = {"hidden", "submit", "button", "image", "reset"}


def escapes(page: Seen) -> Iterator[str]:
    """The marks of ``hostile`` that became markup, were rendered as a template, or are shown escaped twice."""
    if page.is_html:
        yield from _escapes_of_html(page)
    elif "xml" in page.kind and etree.fromstring(page.text.encode()).find(".//{*}zz9") is not None:
        yield "an element"
    elif "json" in page.kind:
        json.loads(page.text)
    if "ZZ7" in page.text:
        yield "a template"


def _escapes_of_html(page: Seen) -> Iterator[str]:
    if page.soup.find("zz9"):
        yield "a tag"
    if page.soup.find(lambda tag: any(name.startswith(("zz8", "zz6")) for name in tag.attrs)):
        yield "an attribute"
    for script in page.soup.select('script[type$="json"]'):
        json.loads(script.string or "null")
    text = SCRIPT.sub("", page.text)
    if "/admin/" not in page.address and "&amp;lt;zz9" in text:
        yield "escaped twice"
    if "/admin/" not in page.address and (broken := LONE_AMPERSAND.search(text)):
        yield f"a broken entity: {text[broken.start() : broken.end() + 20]}"


def lame_forms(page: Seen) -> Iterator[str]:
    for form in page.soup.select("form[method=post], form[method=POST]"):
        name = form.get("action") or page.address
        action = str(form.get("action") or "")
        if not action.startswith("http") and not form.select("input[name=csrfmiddlewaretoken]"):
            yield f"no CSRF field: {name}"
        outside = page.soup.select(f'button[form="{form["id"]}"]') if form.get("id") else []
        if not (form.select("button:not([type=button]), input[type=submit]") or outside):
            yield f"no button: {name}"
        yield from unlabelled(page, form)


def unlabelled(page: Seen, form: Tag) -> Iterator[str]:
    for field in form.select(TYPED):
        if field.get("type") in UNSEEN or field.get("hidden") is not None:
            continue
        name, key = str(field.get("name", "")), field.get("id")
        labels = page.soup.select(f'label[for="{key}"]') if key else []
        if not (labels or field.find_parent("label") or field.get("aria-label") or field.get("aria-labelledby")):
            yield f"no label: {name}"
        is_own = "/admin/" not in page.address and field.name == "input" and ABOUT_A_PERSON.search(name)
        if is_own and not field.get("autocomplete"):
            yield f"no autocomplete: {name}"


def broken_references(page: Seen) -> Iterator[str]:
    """Ids given twice, and attributes that name one which is not there."""
    ids = Counter(str(tag["id"]) for tag in page.soup.select("[id]"))
    yield from (f"id given twice: {one}" for one, count in ids.items() if count > 1)
    for attribute in ("aria-describedby", "aria-labelledby", "for", "aria-controls"):
        for tag in page.soup.select(f"[{attribute}]"):
            named = str(tag[attribute] if isinstance(tag[attribute], str) else " ".join(tag[attribute])).split()
            yield from (f"{attribute} leads nowhere: {one}" for one in named if one not in ids)
