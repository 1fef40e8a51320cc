"""Numbers on the census, edition by edition: actions by state, CLSMs that answered. Drafts belong to their CLSM."""

from collections.abc import Iterator

from django.db.models import BigIntegerField, F, Q, QuerySet, Value
from django.db.models.functions import Cast

from caps_sheets.capitalisation.census.campaign import STANDINGS, followed
from caps_sheets.capitalisation.census.modeladmin import registry
from caps_sheets.capitalisation.census.permissions import SEES
from caps_sheets.capitalisation.census.transitions import DECIDES
from caps_sheets.capitalisation.models import CensusAnswer, CensusEdition, CensusState
from network.coordination.admin_views import RIGHT
from portal.indicators.counts import CountLine, CountTable, Shown
from portal.indicators.network_tables import BY_NAME, coordination_url
from portal.indicators.scope import Scope

SENT_STATES = [state for state in CensusState if state != CensusState.DRAFT]


def answer_url(pk: int) -> str:
    return registry.url_helper.get_action_url("inspect", pk)


ANSWER = Shown(
    title=F("title"),
    detail=F("clsm__title"),
    at="submitted_at",
    dated="envoyée le",
    link=answer_url,
    first=(F("submitted_at").desc(nulls_last=True), "pk"),
)
ASKED = Shown(title=F("title"), on="reminded_on", dated="relancé le", link=coordination_url, first=BY_NAME)


def census_tables(scope: Scope) -> Iterator[CountTable]:
    if not scope.user.has_perm(SEES):
        return
    editions = years()
    yield answers(scope, list(editions))
    if scope.user.has_perm(DECIDES) and scope.user.has_perm(RIGHT):
        yield standings(scope, [CensusEdition(pk=pk, year=year) for year, pk in editions.items() if pk])


def years() -> dict[int, int | None]:
    """Every year that has an answer or a campaign, the latest first, with the key of its campaign."""
    declared = CensusEdition.objects.order_by().values_list("year", "pk")
    sent = CensusAnswer.objects.exclude(state=CensusState.DRAFT).order_by()
    nothing = Cast(Value(None), BigIntegerField(null=True))
    rows = sent.values_list("edition", nothing).distinct().union(declared, all=True)
    found: dict[int, int | None] = {}
    for year, pk in rows:
        found[year] = found.get(year) or pk
    return dict(sorted(found.items(), reverse=True))


def sent_answers(scope: Scope) -> QuerySet[CensusAnswer]:
    return CensusAnswer.objects.exclude(state=CensusState.DRAFT).filter(
        scope.times("submitted_at"), scope.follows("case_file__owner"), scope.in_region("clsm")
    )


def answers(scope: Scope, editions: list[int]) -> CountTable:
    """Each edition has its line, whatever the filters."""
    sent = sent_answers(scope)
    conditions = {"toutes": Q()} | {state.value: Q(state=state) for state in SENT_STATES}
    lines = [CountLine(str(year), str(year), sent.filter(edition=year), conditions, ANSWER) for year in editions]
    return CountTable(
        "recensement",
        "Actions recensées par édition",
        "Actions envoyées, jamais les brouillons. La période est celle de l’envoi ; la personne suit le dossier.",
        "Édition",
        {"toutes": "Envoyées"} | {state.value: state.label.capitalize() for state in SENT_STATES},
        [CountLine("toutes", "Toutes les éditions", sent, conditions, ANSWER), *lines],
    )


def standings(scope: Scope, editions: list[CensusEdition]) -> CountTable:
    conditions = {"tous": Q()} | {standing: Q(standing=standing) for standing in STANDINGS}
    mine = scope.profiles().values("pk")
    lines = [
        CountLine(
            str(edition.year), str(edition.year), followed(edition, scope.today).filter(pk__in=mine), conditions, ASKED
        )
        for edition in editions
    ]
    return CountTable(
        "campagnes",
        "CLSM et recensement",
        "CLSM en ligne, comme dans la campagne. La période ne s’applique pas ; la personne modère la région.",
        "Édition",
        {"tous": "CLSM", "repondu": "Ont répondu", "commence": "Ont commencé", "pas-commence": "N’ont pas commencé"},
        lines,
    )
