"""Where the CLSMs stand in one edition of the census: answered, begun, not begun; by région and by moderator.

Every count is the length of the list that the same filters open.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, Exists, IntegerField, Max, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from caps_sheets.capitalisation.models import CensusAnswer, CensusEdition, CensusReminder, CensusState
from network.models import ClsmPage, CoordinatorAssignment
from network.models.covered_area import moderators_by_clsm
from network.models.queries import active_profiles
from network.territories.models import Region
from portal.base.sort_keys import sort_key
from portal.users.models import User
from portal.users.queries import MODERATION

ANSWERED, BEGUN, NOT_BEGUN = "repondu", "commence", "pas-commence"
#: Standing → its label, in the order of the screens.
STANDINGS = {ANSWERED: "a répondu", BEGUN: "a commencé", NOT_BEGUN: "n’a pas commencé"}
#: The same, for two CLSMs or more.
PLURALS = {ANSWERED: "ont répondu", BEGUN: "ont commencé", NOT_BEGUN: "n’ont pas commencé"}


def followed(edition: CensusEdition, today: date) -> QuerySet[ClsmPage]:
    """The CLSMs that are asked: every public profile, with ``standing``, ``sent``, ``drafts``, ``in_post``.

    ``reminded_on``: the day of the last reminder. Their order is that of their names.
    """
    mine = CensusAnswer.objects.filter(clsm=OuterRef("pk"), edition=edition.year)
    sent, drafts = mine.exclude(state=CensusState.DRAFT), mine.filter(state=CensusState.DRAFT)
    posts = CoordinatorAssignment.objects.held(today).filter(clsm=OuterRef("pk"))
    reminders = CensusReminder.objects.filter(clsm=OuterRef("pk"), edition=edition).order_by()
    standing = Case(
        When(Exists(sent), then=Value(ANSWERED)), When(Exists(drafts), then=Value(BEGUN)), default=Value(NOT_BEGUN)
    )
    return (
        active_profiles()
        .annotate(
            standing=standing,
            sent=_number(sent, "clsm"),
            drafts=_number(drafts, "clsm"),
            in_post=_number(posts, "clsm"),
            reminded_on=Subquery(reminders.values("clsm").annotate(last=Max("sent_on")).values("last")),
        )
        .order_by("title", "pk")
    )


def _number(rows: QuerySet, by: str) -> Coalesce:
    """How many ``rows`` one CLSM has, in a query of its own: joins would multiply them."""
    counted = rows.order_by().values(by).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def in_region(clsms: QuerySet[ClsmPage], slug: str) -> QuerySet[ClsmPage]:
    through = ClsmPage.departments.through.objects.filter(department__region__slug=slug)
    return clsms.filter(pk__in=through.values("clsmpage"))


def moderated_by(clsms: QuerySet[ClsmPage], moderator: int) -> QuerySet[ClsmPage]:
    mine = [clsm for clsm, people in moderators_by_clsm().items() if moderator in {person.pk for person in people}]
    return clsms.filter(pk__in=mine)


@dataclass(frozen=True)
class Line:
    """The CLSMs of one région or one moderator; ``key`` is the value of the filter."""

    key: str
    label: str
    counts: Mapping[str, int]

    @property
    def cells(self) -> list[tuple[str, int]]:
        """(standing, number), each as the list that it opens."""
        return [(standing, self.counts[standing]) for standing in STANDINGS]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class CampaignCounts:
    whole: Line
    regions: list[Line]
    moderators: list[Line]


def progress(edition: CensusEdition, today: date) -> CampaignCounts:
    """Four queries, whatever the number of CLSMs. A CLSM of two régions counts in both."""
    standings = dict(followed(edition, today).values_list("pk", "standing"))
    through = ClsmPage.departments.through.objects.order_by()
    pairs = set(through.values_list("department__region__slug", "department__region__name", "clsmpage"))
    by_region = [((slug, name), clsm) for slug, name, clsm in pairs]
    by_person = [((person.pk, str(person)), clsm) for clsm, people in moderators_by_clsm().items() for person in people]
    whole = Line("", "Tous les CLSM", Counter(standings.values()))
    return CampaignCounts(whole, _lines(by_region, standings), _lines(by_person, standings))


def _lines(pairs: Iterable[tuple[tuple[object, str], int]], standings: Mapping[int, str]) -> list[Line]:
    counts: dict[tuple[object, str], Counter[str]] = defaultdict(Counter)
    for group, clsm in pairs:
        if clsm in standings:
            counts[group][standings[clsm]] += 1
    lines = [Line(str(key), label, counted) for (key, label), counted in counts.items()]
    return sorted(lines, key=lambda line: sort_key(line.label))


def regions_by_clsm() -> dict[int, list[str]]:
    """The names of the régions of each CLSM, in one query: they are read for every row of the list."""
    through = ClsmPage.departments.through.objects.order_by("department__region__name")
    names: dict[int, list[str]] = defaultdict(list)
    for clsm, name in through.values_list("clsmpage", "department__region__name").distinct():
        names[clsm].append(name)
    return names


def regions() -> list[tuple[str, str]]:
    return sorted(Region.objects.values_list("slug", "name"), key=lambda choice: sort_key(choice[1]))


def moderators() -> list[tuple[str, str]]:
    people = User.objects.filter(groups__name=MODERATION, is_active=True)
    return sorted(((str(person.pk), str(person)) for person in people), key=lambda choice: sort_key(choice[1]))
