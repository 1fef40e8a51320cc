"""Fictitious searches of the public, and the pages that the team recommends."""

from datetime import timedelta

from django.utils import timezone
from wagtail.contrib.search_promotions.models import Query, SearchPromotion
from wagtail.models import Page

from search.models import MeasuredTerm, TermCount
from search.search_terms import digest_of

#: Search → the slug of the page recommended for it, and why.
RECOMMENDED = {
    "clsm": ("les-clsm", "Ce qu’est un conseil local de santé mentale, en une page."),
    "démarche caps": ("la-demarche-caps", "Comment une expérience devient une fiche."),
}
#: Each week: a search, how often, without result, opened, sum of the ranks, opened by recommendation.
SEARCHED = (
    ("logement bailleurs", 9, 0, 6, 9, 0),
    ("clsm", 7, 0, 2, 7, 4),
    ("répit des aidants", 6, 0, 5, 8, 0),
    ("psychiatre pas cher", 4, 0, 0, 0, 0),
    ("pair-aidance", 4, 0, 3, 3, 0),
    ("animaux de compagnie", 3, 3, 0, 0, 0),
    ("semaines d’information sur la santé mentale", 3, 0, 2, 11, 0),
    ("téléconsultation", 2, 2, 0, 0, 0),
)
WEEKS = 6


def seed_recommendations() -> int:
    if SearchPromotion.objects.exists():
        return 0
    for text, (slug, reason) in RECOMMENDED.items():
        page = Page.objects.get(slug=slug)
        SearchPromotion.objects.create(query=Query.get(text), page=page, description=reason)
    return len(RECOMMENDED)


def seed_searches() -> int:
    """The same counts each week, so that the report is not empty."""
    if MeasuredTerm.objects.exists():
        return 0
    today = timezone.localdate()
    for text, searches, without_result, clicks, ranks, promoted in SEARCHED:
        term = MeasuredTerm.objects.create(digest=digest_of(text), text=text)
        TermCount.objects.bulk_create(
            TermCount(
                term=term,
                day=today - timedelta(weeks=week),
                searches=searches,
                without_result=without_result,
                clicks=clicks,
                click_rank_sum=ranks,
                promoted_clicks=promoted,
            )
            for week in range(WEEKS)
        )
    return len(SEARCHED)
