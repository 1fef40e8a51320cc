"""Documents made by hand, without a database."""

from datetime import date

from search.documents import SearchDocument

ORIGIN = date(2024, 1, 1)


def make_document(number: int, title: str = "", body: str = "", **kw: object) -> SearchDocument:
    defaults = {
        "key": f"sheet:{number}",
        "family": "sheet",
        "title": title or f"Fiche {number}",
        "url": f"/fiches/{number}/",
        "page_id": number,
        "body": body,
        "date": date.fromordinal(ORIGIN.toordinal() + number),
        "facets": {"type": ["fiches"]},
    }
    return SearchDocument(**(defaults | kw))
