"""The public pages, found as a visitor finds them: by following links from the home page."""

from collections import deque
from urllib.error import HTTPError
from urllib.parse import urljoin, urlsplit
from urllib.request import urlopen
from xml.etree import ElementTree

from bs4 import BeautifulSoup

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
}


def crawl(site: str, limit: int = 400) -> dict[str, int]:
    """Status of every page that links lead to from the home page; query strings are not followed."""
    seen: dict[str, int] = {}
    waiting = deque(["/"])
    while waiting and len(seen) < limit:
        path = waiting.popleft()
        if path in seen:
            continue
        try:
            with urlopen(site + path, timeout=30) as response:
                seen[path] = response.status
                is_html = "html" in response.headers["Content-Type"]
                body = response.read() if is_html else b""
        except HTTPError as error:
            seen[path] = error.code
            continue
        for link in BeautifulSoup(body, "html.parser").select("a[href]"):
            target = urlsplit(urljoin(site + path, link["href"]))
            if f"{target.scheme}://{target.netloc}" == site and not target.query:
                waiting.append(target.path)
    return seen


def in_sitemap(site: str) -> set[str]:
    with urlopen(f"{site}/sitemap.xml", timeout=30) as response:
        tree = ElementTree.parse(response)
    return {urlsplit(element.text).path for element in tree.iter() if element.tag.endswith("}loc") and element.text}


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
