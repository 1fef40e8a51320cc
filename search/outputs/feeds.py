"""Any search as a feed, which a coordinator follows without an account."""

from dataclasses import replace
from datetime import date, datetime, time
from typing import ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.timezone import localdate, make_aware
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from portal.base.feeds import CleanFeed, with_help
from portal.base.models import PortalSettings
from search.outputs.records import Entry, Matches, labels_of, matching, result_record
from search.outputs.unavailable import answer_unavailable
from search.queries import SearchQuery

FEED_LENGTH = 50
SITE = "Portail CLSM"
#: For a page without a date: Atom requires one, and a stable one.
UNDATED = date(2000, 1, 1)


class SteadyFeed(CleanFeed):
    """A feed whose bytes change with its contents only, so that « not modified » can be answered."""

    def latest_post_date(self) -> datetime:
        return super().latest_post_date() if self.items else at_midnight(localdate())


class RssFeed(SteadyFeed, Rss201rev2Feed):
    url_name: ClassVar = "search_rss"


class AtomFeed(SteadyFeed, Atom1Feed):
    url_name: ClassVar = "search_atom"


def at_midnight(day: date) -> datetime:
    return make_aware(datetime.combine(day, time()))


@require_safe
@cache_control(no_cache=True)
@conditional_page
@answer_unavailable
def feed(request: HttpRequest, kind: type[RssFeed | AtomFeed]) -> HttpResponseBase:
    """The latest FEED_LENGTH contents that match the parameters of the page, whatever its order.

    By date, partial matches are never included: they suit a visitor, not a subscription.
    """
    query = replace(SearchQuery.from_params(request.GET), is_latest_first=True)
    matches = matching(query, FEED_LENGTH)
    portal = PortalSettings.for_request(request)
    written = kind(
        title=f"{SITE} – Recherche : {matches.words}",
        link=address(request, "search", matches.query),
        description=f"Les derniers contenus publiés qui répondent à cette recherche : {matches.words}.",
        language="fr",
        feed_url=address(request, kind.url_name, replace(matches.query, is_latest_first=False)),
        author_name=portal.publisher,
        feed_copyright=portal.licence_name,
    )
    for entry in matches.entries:
        add(written, entry, matches)
    response = HttpResponse(content_type=kind.content_type)
    response["X-Robots-Tag"] = "noindex"
    written.write(response, "utf-8")
    return response


def add(written: SyndicationFeed, entry: Entry, matches: Matches) -> None:
    """One item, identified by the URL of its page; if it is about suicide, it carries the help line."""
    record = result_record(entry, matches.reference)
    published = at_midnight(entry.published or UNDATED)
    written.add_item(
        title=entry.title,
        link=entry.url,
        unique_id=entry.url,
        unique_id_is_permalink=True,
        description=with_help(entry.summary, entry.shows_help),
        pubdate=published,
        updateddate=max(entry.updated or published, published),
        categories=[record["type"]["libelle"], *labels_of(record, "theme")],
    )


def address(request: HttpRequest, url_name: str, query: SearchQuery) -> str:
    params = query.url_params()
    return request.build_absolute_uri(reverse(url_name) + (f"?{params}" if params else ""))
