"""Every screen of a portal, found by following links, as one kind of person sees it."""

import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

#: Addresses of one shape show the same template: so many of each are read.
OF_EACH_SHAPE = 1
FILES = re.compile(r"^/(?:media|static|documents)/|\.(?:mp3|svg|ico|png|jpg|xlsx)\b|/logout/|/sprite|/jsi18n/")
#: Our screens of one page, beside those of Wagtail.
OF_A_PAGE = r"(?:preparer-episode|preparation|conducteur|transcription|voix)/"
#: Wagtail’s own screens: their templates are not ours.
STOCK = re.compile(
    r"^/admin/(?:images|documents|media|redirects(?!/import/$)|workflows|collections|sites|groups|tag-autocomplete|reports)/"
    rf"|^/admin/pages/(?:usage|add|\d+/(?!edit/|view_draft/|{OF_A_PAGE}|$))|^/admin/(?:bulk|.*/(?:history|usage|delete|revisions))/"
    r"|^/admin/[^?]*\?(?!p=1$)"  # one more order or filter of a list
)
TEXT = re.compile(r"text/|application/(?:json|.*xml)")
#: A form filled with an address, for those that ask for one.
ADDRESS = "adresse"
#: Queries of a page for everybody, and of a signed-in screen.
MOST_QUERIES = {True: 15, False: 20}
#: Where a person types or chooses.
ANSWERED = "textarea, select, input:not([type=hidden]):not([type=submit]):not([type=file])"


@dataclass(eq=False)
class Seen:
    who: str
    address: str
    status: int
    kind: str
    text: str
    templates: frozenset[str]
    #: How its form had been filled, when it is the answer to one.
    sent: str = ""
    queries: int = 0

    @cached_property
    def soup(self) -> BeautifulSoup:
        return BeautifulSoup(self.text, "html.parser")

    @property
    def is_html(self) -> bool:
        return self.kind.startswith("text/html")

    def __str__(self) -> str:
        return f"{self.who}: {self.address} {self.sent}".rstrip()


def shape(address: str) -> str:
    parts = urlsplit(address)
    path = re.sub(r"(?<=/)(?:\d+|[0-9a-f-]{36})(?=[/-])", "N", parts.path)
    path = re.sub(r"^(/admin/pilotage/liste/[\w-]+)/.*", r"\1/", path)
    path = re.sub(r"^/(fiches|clsm|podcast|themes|actualites|actions)/[\w-]+/", r"/\1/SLUG/", path)
    return f"{path}?{'&'.join(sorted(part.split('=')[0] for part in parts.query.split('&')))}"


def visit(who: str, client: Client, starts: Iterable[str]) -> list[Seen]:
    """Every address of ``starts``, then those to which they lead."""
    seen: dict[str, Seen] = {}
    shapes: Counter[str] = Counter()
    waiting = deque(starts)
    asked = set(waiting)
    while waiting:
        address = waiting.popleft()
        is_known = address not in asked and shapes[shape(address)] >= OF_EACH_SHAPE
        if address in seen or is_known or FILES.search(address) or STOCK.match(address):
            continue
        shapes[shape(address)] += 1
        seen[address] = read(who, client, address)
        waiting.extend(links(seen[address]))
    return list(seen.values())


def links(page: Seen) -> Iterable[str]:
    for link in page.soup.select("a[href], link[rel=alternate][href]") if page.is_html else ():
        parts = urlsplit(urljoin(f"http://testserver{page.address}", str(link["href"])))
        if parts.netloc == "testserver":
            yield parts._replace(scheme="", netloc="", fragment="").geturl()


def answers(client: Client, page: Seen, values: Mapping[str, str]) -> Iterator[Seen]:
    """What each form of the page answers, unless it leads elsewhere, to each of ``values`` written in all its fields.

    ``values``: how the form was filled → the value. What it changed is undone.
    """
    for form in page.soup.select("form[method=post], form[method=POST]"):
        if not form.select(ANSWERED):
            continue
        address = urljoin(f"http://testserver{page.address}", str(form.get("action") or ""))
        for sent, value in values.items():
            if sent == ADDRESS and not form.select("input[type=email]"):
                continue
            savepoint = transaction.savepoint()
            response = client.post(address, dict(_filled(form, value)))
            transaction.savepoint_rollback(savepoint)
            if not 300 <= response.status_code < 400:
                yield _seen(page.who, urlsplit(address).path, response, sent)


def _filled(form: Tag, value: str) -> Iterator[tuple[str, str]]:
    """Its hidden fields and its first button as they are, the value everywhere else, no box ticked."""
    button = form.select("button[name]:not([type=button])")[:1]
    for field in [*form.select("input[type=hidden][name]"), *button]:
        yield str(field["name"]), str(field.get("value", ""))
    for field in form.select(ANSWERED):
        if field.get("name") and field.get("type") not in {"checkbox", "radio"}:
            yield str(field["name"]), value


#: Queries of a page for everybody, and of a signed-in screen.
MOST_QUERIES = {True: 15, False: 20}


def read(who: str, client: Client, address: str) -> Seen:
    return _seen(who, address, client.get(address, follow=True))


def count_queries(client: Client, page: Seen) -> None:
    """Those of an address that leads nowhere else, once its process knows what it reads once."""
    for _ in range(2):
        with CaptureQueriesContext(connection) as counted:
            is_shown = client.get(page.address).status_code == 200
            asked = [query["sql"] for query in counted.captured_queries]
        page.queries = sum(not sql.startswith(("SAVEPOINT", "RELEASE")) for sql in asked) if is_shown else 0
        if page.queries <= MOST_QUERIES[page.who == "anybody"]:
            return


def _seen(who: str, address: str, response: HttpResponse, sent: str = "") -> Seen:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    kind = response.get("Content-Type", "")
    return Seen(
        who,
        address,
        response.status_code,
        kind,
        content.decode(response.charset, "replace") if TEXT.match(kind) else "",
        frozenset(template.name for template in getattr(response, "templates", ()) if template.name),
        sent,
    )
