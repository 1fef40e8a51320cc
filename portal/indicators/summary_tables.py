"""The census edition by edition: every question whose answers are counted, one column for each year."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import F, Q, QuerySet
from django.urls import reverse

from caps_sheets.capitalisation.census.campaign import in_region
from caps_sheets.capitalisation.census.permissions import SEES
from caps_sheets.capitalisation.models import CensusAnswer, Evaluation, Involvement, Progress, Wish
from caps_sheets.models.sheet import BudgetRange
from network.models import ClsmPage
from portal.indicators.census_tables import ANSWER, SENT_STATES, sent_answers, years
from portal.indicators.counts import CountLine, CountTable, Shown
from portal.indicators.scope import Scope
from portal.taxonomies.models import Term, Theme, Vocabulary

#: Field of an answer → its choices.
CHOICES: dict[str, Sequence[Any]] = {
    "state": SENT_STATES,
    "progress": list(Progress),
    "involvement": list(Involvement),
    "evaluation": list(Evaluation),
    "budget": list(BudgetRange),
    "wish": list(Wish),
}
#: Field of an answer that holds several terms → their vocabulary.
TERMS = {
    "objectives": Vocabulary.OBJECTIVE,
    "audiences": Vocabulary.AUDIENCE,
    "settings": Vocabulary.SETTING,
    "action_types": Vocabulary.ACTION_TYPE,
    "funders": Vocabulary.FUNDER,
}
#: Key of a table → its title and the heading of its lines, in the order of the document.
TITLES = {
    "bilan-ensemble": ("L’ensemble", "Mesure"),
    "bilan-region": ("Actions par région", "Région"),
    "bilan-theme": ("Actions par thème principal", "Thème"),
    "bilan-objectives": ("Objectifs", "Objectif"),
    "bilan-audiences": ("Publics", "Public"),
    "bilan-settings": ("Milieux de vie", "Milieu"),
    "bilan-action_types": ("Types d’action", "Type"),
    "bilan-progress": ("Avancement", "Avancement"),
    "bilan-involvement": ("Place des usagers et des aidants", "Place"),
    "bilan-evaluation": ("Évaluation", "Évaluation"),
    "bilan-budget": ("Budget", "Tranche"),
    "bilan-funders": ("Financeurs", "Financeur"),
    "bilan-wish": ("Souhait de capitalisation", "Souhait"),
    "bilan-state": ("Où en sont les actions", "État"),
}
SEVERAL = (
    "bilan-region",
    "bilan-objectives",
    "bilan-audiences",
    "bilan-settings",
    "bilan-action_types",
    "bilan-funders",
)
NOT_SAID = "non-dit"


def profile_url(clsm: int) -> str:
    """The profile in the admin's tree: every reader of the registry may look at it there."""
    return reverse("wagtailadmin_explore", args=[clsm])


CLSM = Shown(title=F("title"), link=profile_url, first=("computed_sort_key", "title", "pk"))


def summary_tables(scope: Scope, editions: Sequence[int] = ()) -> Iterator[CountTable]:
    """Those of ``editions``, every one by default."""
    if not scope.user.has_perm(SEES):
        return
    chosen = list(editions) or list(years())
    sent = sent_answers(scope)
    lines = {
        "bilan-ensemble": _whole(sent, chosen),
        "bilan-region": _regions(sent, chosen, scope),
        "bilan-theme": _themes(sent, chosen),
        **{f"bilan-{name}": _choices(sent, chosen, name) for name in CHOICES},
        **_terms(sent, chosen),
    }
    for key, (title, label) in TITLES.items():
        about = "Une action compte dans chaque ligne qui la concerne." if key in SEVERAL else ""
        yield CountTable(key, title, about, label, {str(year): str(year) for year in chosen}, list(lines[key]))


def _line(key: str, label: str, rows: QuerySet[CensusAnswer], editions: list[int]) -> CountLine:
    return CountLine(key, label, rows, {str(year): Q(edition=year) for year in editions}, ANSWER)


def _whole(sent: QuerySet[CensusAnswer], editions: list[int]) -> Iterator[CountLine]:
    yield _line("actions", "Actions envoyées", sent, editions)
    by_year = {str(year): Q(pk__in=sent.filter(edition=year).values("clsm")) for year in editions}
    yield CountLine("clsm", "CLSM qui ont répondu", ClsmPage.objects.all(), by_year, CLSM)
    yield _line("qpv", "Actions en quartier prioritaire", sent.filter(in_qpv=True), editions)
    yield _line(
        "touchees", "Actions qui disent combien de personnes elles touchent", sent.exclude(reach=None), editions
    )
    yield _line("suite", "Actions qui continuent une édition précédente", sent.exclude(previous=None), editions)


def _regions(sent: QuerySet[CensusAnswer], editions: list[int], scope: Scope) -> Iterator[CountLine]:
    for slug, name in scope.regions:
        if scope.region in ("", slug):
            carriers = in_region(ClsmPage.objects.all(), slug)
            yield _line(slug, name, sent.filter(clsm__in=carriers.values("pk")), editions)


def _themes(sent: QuerySet[CensusAnswer], editions: list[int]) -> Iterator[CountLine]:
    for theme in Theme.objects.order_by("sort_key"):
        yield _line(theme.slug, theme.name, sent.filter(main_theme=theme.pk), editions)
    yield _line(NOT_SAID, "Non renseigné", sent.filter(main_theme=None), editions)


def _choices(sent: QuerySet[CensusAnswer], editions: list[int], name: str) -> Iterator[CountLine]:
    for choice in CHOICES[name]:
        yield _line(choice.value, str(choice.label).capitalize(), sent.filter(**{name: choice.value}), editions)
    yield _line(NOT_SAID, "Non renseigné", sent.filter(**{name: ""}), editions)


def _terms(sent: QuerySet[CensusAnswer], editions: list[int]) -> dict[str, list[CountLine]]:
    """One query for the terms of every vocabulary."""
    known = list(Term.objects.filter(vocabulary__in=TERMS.values()))
    found: dict[str, list[CountLine]] = {}
    for name, vocabulary in TERMS.items():
        through = getattr(CensusAnswer, name).through
        found[f"bilan-{name}"] = [
            _line(term.slug, term.label, _with_term(sent, through, term.pk), editions)
            for term in known
            if term.vocabulary == vocabulary
        ]
    return found


def _with_term(sent: QuerySet[CensusAnswer], through: Any, term: int) -> QuerySet[CensusAnswer]:
    return sent.filter(pk__in=through.objects.filter(term=term).values("censusanswer"))
