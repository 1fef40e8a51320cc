"""Numbers on the CLSMs: vacant posts, freshness of the profiles."""

from collections.abc import Iterator

from django.db.models import F, Q
from django.urls import reverse

from caps_sheets.capitalisation.census.campaign import in_region
from network.coordination.admin_views import RIGHT
from network.models.queries import vacant_profiles
from network.models.records import Freshness, freshness_is
from portal.base.dates import months_before
from portal.indicators.counts import CountLine, CountTable, Shown
from portal.indicators.scope import Scope

BY_NAME = ("computed_sort_key", "title", "pk")


def coordination_url(clsm: int) -> str:
    return reverse("network_coordination:detail", args=[clsm])


PROFILE = Shown(
    title=F("title"),
    on="record__verified_on",
    dated="confirmé le",
    undated="jamais confirmé",
    link=coordination_url,
    first=BY_NAME,
)
VACANT = Shown(
    title=F("title"),
    on="post_ended_on",
    dated="poste terminé le",
    undated="date inconnue",
    link=coordination_url,
    first=(F("post_ended_on").asc(nulls_first=True), *BY_NAME),
)


def network_tables(scope: Scope) -> Iterator[CountTable]:
    """For those who manage the coordination: the lists lead to the people of each CLSM."""
    if scope.user.has_perm(RIGHT):
        yield vacancies(scope)
        yield profiles(scope)


def vacancies(scope: Scope) -> CountTable:
    """The queryset of a vacant CLSM is annotated: it is limited here as ``scope.profiles`` limits the others."""
    vacant = vacant_profiles(scope.today).filter(scope.days("post_ended_on"), pk__in=scope.profiles().values("pk"))
    quarter, year = months_before(scope.today, 3), months_before(scope.today, 12)
    conditions = {
        "tous": Q(),
        "recents": Q(post_ended_on__gte=quarter),
        "annee": Q(post_ended_on__lt=quarter, post_ended_on__gte=year),
        "anciens": Q(post_ended_on__lt=year),
        "inconnus": Q(post_ended_on=None),
    }
    return CountTable(
        "postes",
        "Postes de coordination vacants",
        "CLSM en ligne où personne n’est en poste. La période est celle de la fin du dernier poste.",
        "Poste",
        {
            "tous": "Vacants",
            "recents": "Moins de 3 mois",
            "annee": "3 à 12 mois",
            "anciens": "Plus d’un an",
            "inconnus": "Date inconnue",
        },
        [CountLine("vacants", "Postes vacants", vacant, conditions, VACANT)],
    )


def profiles(scope: Scope) -> CountTable:
    online = scope.profiles().filter(scope.days("record__verified_on"))
    conditions = {"tous": Q()} | {level.value: freshness_is(level, scope.today) for level in Freshness}
    lines = [CountLine("tous", "Toutes les régions", online, conditions, PROFILE)]
    lines += [
        CountLine(slug, name, in_region(online, slug), conditions, PROFILE)
        for slug, name in scope.regions
        if scope.region in ("", slug)
    ]
    return CountTable(
        "profils",
        "Fraîcheur des profils",
        "Un CLSM à cheval sur deux régions compte dans chacune. La période est celle de la confirmation.",
        "Région",
        {"tous": "Profils"} | {level.value: level.label.capitalize() for level in Freshness},
        lines,
    )
