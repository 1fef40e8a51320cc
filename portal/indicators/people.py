"""The people of the network, one line for each post or role: who they are, when they last signed in.

The CLSMs where nobody is in post have their line too. All of it is read in one query.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import DateField, DateTimeField, Exists, F, IntegerField, OuterRef, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat, NullIf, Trim
from django.utils import timezone

from caps_sheets.capitalisation.census.campaign import in_region
from network.coordination.assignments import dormant_posts
from network.models import ClsmPage, CoordinatorAssignment, RegionalModerator
from network.models.queries import vacant_profiles
from network.models.records import freshness
from portal.moderation.dormant_accounts import dormant_accounts
from portal.users.models import User
from portal.users.queries import COORDINATION, ROLE_NAMES

NO_ROLE = "Sans rôle"
#: The role « Coordination » follows the posts, which have their own lines.
TEAM_ROLES = [name for name in ROLE_NAMES if name != COORDINATION]
NEVER, DORMANT, VACANT = "jamais", "dormant", "vacant"
STATES = {
    NEVER: "jamais connecté·e",
    DORMANT: "sans connexion depuis longtemps",
    VACANT: "poste vacant",
}


@dataclass(frozen=True)
class PeopleScope:
    """``region``: a slug; ``role``: the name of a role, « Coordination » for the posts, or ``NO_ROLE``; ``state``: of
    ``STATES``.
    """

    today: date
    region: str = ""
    role: str = ""
    state: str = ""


@dataclass(frozen=True)
class PersonLine:
    """One line. ``name`` is empty for a vacant post; ``since`` is then the end of the last one, if it is known.

    ``clsm`` and ``user`` are keys, 0 where there is none.
    """

    name: str
    place: str
    last_login: datetime | None
    verified_on: date | None
    since: date | None
    clsm: int
    user: int

    @property
    def is_vacant(self) -> bool:
        return not self.user

    @property
    def level(self) -> str:
        """How fresh the profile of the CLSM is; nothing for who coordinates none."""
        return str(freshness(self.verified_on).label) if self.clsm else ""

    @property
    def seen_on(self) -> date | None:
        return timezone.localdate(self.last_login) if self.last_login else None


COLUMNS = ("rank", "sort", "name", "place", "login", "verified", "since", "clsm_pk", "user_pk")

NOTHING = {
    "login": Cast(Value(None), DateTimeField(null=True)),
    "verified": Cast(Value(None), DateField(null=True)),
    "since": Cast(Value(None), DateField(null=True)),
    "clsm_pk": Value(0, IntegerField()),
    "user_pk": Value(0, IntegerField()),
}


def people(scope: PeopleScope) -> QuerySet[Any]:
    """The lines, the vacant posts last, each in alphabetical order; ``read`` reads them."""
    parts = [*_posts(scope), *_members(scope), *_accounts(scope), *_vacancies(scope)]
    if not parts:
        return User.objects.none().values_list("pk")
    return parts[0].union(*parts[1:], all=True).order_by("line_rank", "line_sort", "line_place", "line_user_pk")


def read(rows: Iterable[tuple[Any, ...]]) -> Iterator[PersonLine]:
    for _rank, _sort, *values in rows:
        yield PersonLine(*values)


def _lines(rows: QuerySet[Any], **columns: Any) -> QuerySet[Any]:
    chosen = {"rank": Value(0, IntegerField())} | NOTHING | columns
    ordered = {f"line_{name}": chosen[name] for name in COLUMNS}
    return rows.order_by().annotate(**ordered).values_list(*ordered)


def _named(user: str) -> dict[str, Any]:
    """The name as ``str`` of an account gives it, and what is known of the account at lookup path ``user``."""
    full = Trim(Concat(F(f"{user}first_name"), Value(" "), F(f"{user}last_name")))
    return {
        "sort": Cast(f"{user}sort_key", TextField()),
        "name": Cast(Coalesce(NullIf(full, Value("")), F(f"{user}email")), TextField()),
        "login": F(f"{user}last_login"),
        "user_pk": F(f"{user}pk"),
    }


def _posts(scope: PeopleScope) -> Iterator[QuerySet[Any]]:
    if scope.state == VACANT or scope.role not in ("", COORDINATION):
        return
    posts = CoordinatorAssignment.objects.held(scope.today).filter(clsm__in=_of_region(scope))
    if scope.state == NEVER:
        posts = posts.filter(user__last_login=None)
    if scope.state == DORMANT:
        posts = posts.filter(pk__in=dormant_posts(scope.today).values("pk"))
    yield _lines(
        posts,
        **_named("user__"),
        place=Cast("clsm__title", TextField()),
        verified=F("clsm__record__verified_on"),
        since=F("start"),
        clsm_pk=F("clsm_id"),
    )


def _members(scope: PeopleScope) -> Iterator[QuerySet[Any]]:
    """Who holds a role other than that of the posts; in a région, the moderators in charge of it."""
    if scope.state == VACANT or scope.role == COORDINATION:
        return
    members = User.groups.through.objects.filter(
        user__in=_users(scope), group__name__in=[scope.role] if scope.role else TEAM_ROLES
    )
    yield _lines(members, **_named("user__"), place=Cast("group__name", TextField()))


def _accounts(scope: PeopleScope) -> Iterator[QuerySet[Any]]:
    """The accounts that open nothing today: no role, no current post."""
    if scope.state == VACANT or scope.role not in ("", NO_ROLE):
        return
    posts = CoordinatorAssignment.objects.held(scope.today).filter(user=OuterRef("pk"))
    roles = User.groups.through.objects.filter(user=OuterRef("pk"), group__name__in=TEAM_ROLES)
    accounts = _users(scope).filter(~Exists(posts), ~Exists(roles))
    yield _lines(accounts, **_named(""), place=Value(NO_ROLE, TextField()))


def _vacancies(scope: PeopleScope) -> Iterator[QuerySet[Any]]:
    if scope.state not in ("", VACANT) or scope.role not in ("", COORDINATION):
        return
    yield _lines(
        vacant_profiles(scope.today).filter(pk__in=_of_region(scope)),
        rank=Value(1, IntegerField()),
        sort=Cast("computed_sort_key", TextField()),
        name=Value("", TextField()),
        place=Cast("title", TextField()),
        verified=F("record__verified_on"),
        since=F("post_ended_on"),
        clsm_pk=F("pk"),
    )


def _users(scope: PeopleScope) -> QuerySet[User]:
    """The open accounts of the state and of the région."""
    users = User.objects.filter(is_active=True)
    if scope.state == NEVER:
        users = users.filter(last_login=None)
    if scope.state == DORMANT:
        users = users.filter(pk__in=dormant_accounts(scope.today).order_by().values("pk"))
    if scope.region:
        charged = RegionalModerator.objects.filter(regions__slug=scope.region)
        users = users.filter(pk__in=charged.values("user"))
    return users


def _of_region(scope: PeopleScope) -> QuerySet[Any]:
    clsms = ClsmPage.objects.all()
    return (in_region(clsms, scope.region) if scope.region else clsms).values("pk")
