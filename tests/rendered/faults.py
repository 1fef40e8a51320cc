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
#: Elements that say something, by a text or by what they hold.
SAYING = {"a", "button", "caption", "dd", "dt", "em", "figcaption", "h1", "h2", "h3", "h4", "label", "legend", "li"}
SAYING |= {"p", "strong", "summary"}
HELD = ["audio", "button", "iframe", "img", "input", "select", "textarea"]
NAMES = ("aria-label", "aria-labelledby", "title", "role", "aria-live", "data-status")
#: What a value leaves behind it when it is missing from a sentence.
HOLE = re.compile(r"«\s*»|\(\s*\)|[,:]\s*[,.]|\s,|^[,.)]|,$")
SENTENCES = {"p", "li", "dd", "dt", "h1", "h2", "h3", "label", "legend", "summary", "figcaption", "td"}
BLOCKS = ["p", "li", "dd", "div", "ul", "input", "select", "textarea"]
#: Attributes that are never empty, and those that an element never goes without.
NEVER_EMPTY = {"action", "aria-describedby", "aria-label", "aria-labelledby", "datetime", "for", "href", "id", "lang"}
NEVER_EMPTY |= {"method", "name", "src", "type"}
NEVER_WITHOUT = {
    "a": {"href"},
    "html": {"lang"},
    "iframe": {"title"},
    "img": {"alt"},
    "link": {"href"},
    "nav": {"aria-label", "aria-labelledby"},
    "section": {"aria-label", "aria-labelledby"},
}


#: Not the archives of Word, whose type says « openxmlformats ».
XML = re.compile(r"[/+]xml\b")


def escapes(page: Seen) -> Iterator[str]:
    """The marks of ``hostile`` that became markup, were rendered as a template, or are shown escaped twice."""
    if page.is_html:
        yield from _escapes_of_html(page)
    elif XML.search(page.kind) and etree.fromstring(page.text.encode()).find(".//{*}zz9") is not None:
        yield "an element"
    elif "json" in page.kind:
        json.loads(page.text)
    if "ZZ7-GABARIT" in page.text:
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
        if form.get("id") == "logout-from-stage":  # allauth’s, whose button goes away with the token
            continue
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
        if is_own and field.get("type") != "checkbox" and not field.get("autocomplete"):
            yield f"no autocomplete: {name}"


def broken_references(page: Seen) -> Iterator[str]:
    """Ids given twice, and attributes that name one which is not there."""
    ids = Counter(str(tag["id"]) for tag in page.soup.select("[id]"))
    yield from (f"id given twice: {one}" for one, count in ids.items() if count > 1)
    for attribute in ("aria-describedby", "aria-labelledby", "for", "aria-controls"):
        for tag in page.soup.select(f"[{attribute}]"):
            named = str(tag[attribute] if isinstance(tag[attribute], str) else " ".join(tag[attribute])).split()
            yield from (f"{attribute} leads nowhere: {one}" for one in named if one not in ids)


def holes(page: Seen) -> Iterator[str]:
    """Where something should be said and nothing is: an element, a part of a sentence, an attribute."""
    for tag in page.soup.find_all(True):
        if tag.name in SAYING and not tag.get_text(strip=True) and not tag.find(HELD) and _should_say(tag):
            yield f"nothing said: {tag}"[:200]
        if tag.name in SENTENCES and (hole := HOLE.search(" ".join(tag.get_text().split()))) and not tag.find(BLOCKS):
            yield f"a hole: {hole.string[max(0, hole.start() - 40) : hole.end() + 20]}"
        if lacking := _lacking(tag):
            yield f"{lacking}: {tag}"[:200]


def _lacking(tag: Tag) -> str:
    """The attribute that is empty or missing."""
    empty = [name for name in tag.attrs.keys() & NEVER_EMPTY if tag[name] == ""]
    wanted = NEVER_WITHOUT.get(tag.name, set())
    missing = [] if not wanted or tag.attrs.keys() & wanted else [" or ".join(sorted(wanted))]
    return "" if not (empty or missing) or _is_of_wagtail(tag) else f"without {empty or missing}"


def _should_say(tag: Tag) -> bool:
    """Not a part of a template, of a drawing or of a text that somebody typed, nor what a script fills or is hidden."""
    named = [tag, *tag.find_all(True)]
    return not (
        any(one.has_attr(name) for one in named for name in NAMES)
        or tag.find_parent(["template", "svg"])
        or tag.has_attr("hidden")
        or tag.find_parent(class_="rich-text")
    )


def _is_of_wagtail(tag: Tag) -> bool:
    classes = tag.get("class") or []
    return (
        any(one.startswith("w-") for one in classes)
        or tag.has_attr("data-chooser-edit-link")
        or tag.find_parent(class_="pagination") is not None
        or "help" in classes  # the block of help is a landmark once on a page
    )
