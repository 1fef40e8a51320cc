"""The public pages, found as a visitor finds them: by following links from the home page."""

from collections import deque
from dataclasses import dataclass
from urllib.error import HTTPError
from urllib.parse import urljoin, urlsplit
from urllib.request import urlopen
from xml.etree import ElementTree

from bs4 import BeautifulSoup, Tag

#: One page of each type by the shape of its address (parts below the root); the rest are alike.
TYPES = {
    "home": ("",),
    "sheets": ("fiches",),
    "sheet": ("fiches", "*"),
    "directory": ("clsm",),
    "clsm": ("clsm", "*"),
    "show": ("podcast",),
    "episode": ("podcast", "*"),
    "themes": ("themes",),
    "theme": ("themes", "*"),
    "news-index": ("actualites",),
    "news": ("actualites", "*"),
    "accessibility": ("accessibilite",),
    "legal": ("mentions-legales",),
    "privacy": ("donnees-personnelles",),
    "site-map": ("plan-du-site",),
    "help": ("besoin-d-aide",),
}
EXTRA = {
    "search": "/recherche/?q=logement",
    "search-nothing": "/recherche/?q=zzzzzzzz",
    "search-help": "/recherche/?q=suicide",
    "login": "/comptes/login/",
    "subscribe": "/podcast/s-abonner/",
}


@dataclass(frozen=True)
class Answer:
    """What a visitor got: ``text`` is empty for a sound or an image."""

    status: int
    text: str = ""
    is_page: bool = False

    @property
    def links(self) -> list[str]:
        return [link["href"] for link in self.select("a[href]")]

    def select(self, selector: str) -> list[Tag]:
        return BeautifulSoup(self.text, "html.parser").select(selector) if self.is_page else []


def crawl(site: str, limit: int = 400) -> dict[str, Answer]:
    """Every address that links lead to from the home page; query strings are not followed."""
    seen: dict[str, Answer] = {}
    waiting = deque(["/"])
    while waiting and len(seen) < limit:
        path = waiting.popleft()
        if path in seen:
            continue
        seen[path] = get(site + path)
        for link in seen[path].links:
            target = urlsplit(urljoin(site + path, link))
            if f"{target.scheme}://{target.netloc}" == site and not target.query:
                waiting.append(target.path)
    return seen


def get(address: str) -> Answer:
    try:
        with urlopen(address, timeout=30) as response:
            kind = response.headers["Content-Type"]
            is_text = any(word in kind for word in ("text/", "xml", "json"))
            return Answer(response.status, response.read().decode() if is_text else "", is_page="html" in kind)
    except HTTPError as error:
        return Answer(error.code)


def in_sitemap(site: str) -> set[str]:
    """The paths in every file that the index names."""
    return {urlsplit(page).path for part in locations(f"{site}/sitemap.xml") for page in locations(part)}


def locations(address: str) -> list[str]:
    with urlopen(address, timeout=30) as response:
        tree = ElementTree.parse(response)
    return [element.text for element in tree.iter() if element.tag.endswith("}loc") and element.text]


def one_of_each(site: str) -> dict[str, str]:
    """Name → path of one public page of each type."""
    paths = sorted(in_sitemap(site))
    found = dict(EXTRA)
    for name, shape in TYPES.items():
        for path in paths:
            parts = tuple(path.strip("/").split("/"))
            if len(parts) == len(shape) and all(want in ("*", got) for want, got in zip(shape, parts, strict=True)):
                found[name] = path
                break
    return found
