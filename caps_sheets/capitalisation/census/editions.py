"""New answers, new editions of an answer, discarded drafts, and possible duplicates.

Possible duplicates are answers with similar titles, in one CLSM or in one département.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from rapidfuzz import fuzz, process
from wagtail.log_actions import log

from caps_sheets.capitalisation.census.deadlines import beginning_refusal, edition_of_day, year_of_day
from caps_sheets.capitalisation.models import CensusAnswer, CensusEdition, CensusState
from network.models import ClsmPage, CoordinatorAssignment
from network.models.covered_area import stored_covered_area
from portal.base.errors import RefusedError
from portal.base.locks import locked
from portal.users.models import User

STARTED, DISCARDED, MOVED = (f"capitalisation.census_{what}" for what in ("started", "discarded", "moved"))

#: Fields that are asked again each year: results, wishes, consent.
RENEWED = ("reach", "session_count", "evaluation", "went_well", "went_wrong", "wish", "availability",
           "allows_publication")  # fmt: skip

KEPT = (
    "title",
    "description",
    "link",
    "working_group",
    "main_theme",
    "in_qpv",
    "qpv_names",
    "progress",
    "start_date",
    "end_date",
    "carrier_name",
    "partners",
    "involvement",
    "budget",
    "access_needs",
)

KEPT_LISTS = ("themes", "objectives", "audiences", "settings", "action_types", "communes", "funders")


@transaction.atomic
def start(clsm: ClsmPage, user: User, today: date | None = None) -> CensusAnswer:
    """A draft for the open edition, prefilled from the profile and the account.

    Raises ``RefusedError`` with the dates when the census is not open.
    """
    today = today or timezone.localdate()
    edition = edition_of_day(today)
    _check_is_open(edition, today)
    answer = CensusAnswer.objects.create(
        clsm=clsm,
        edition=year_of_day(edition, today),
        carrier_name=str(clsm.carrier or ""),
        is_demo=clsm.is_demo,
        **_respondent(clsm, user, today),
    )
    answer.themes.set(clsm.themes.all())
    answer.communes.set(stored_covered_area(clsm.pk, today))
    log(instance=answer, action=STARTED, user=user)
    return answer


@transaction.atomic
def reuse(source: CensusAnswer, user: User, today: date | None = None) -> CensusAnswer:
    """The draft of the next edition of ``source``, chained to it; the existing one, if any.

    A draft whose edition closed before it was sent moves to the open one.
    """
    source, today = locked(source, "clsm"), today or timezone.localdate()
    if source.state == CensusState.DRAFT and not may_move(source, today):
        raise RefusedError("Cette action est encore un brouillon : continuez-la plutôt que de la reprendre.")
    edition = max(year_of_day(edition_of_day(today), today), source.edition + 1)
    if source.state == CensusState.DRAFT:
        return _move(source, edition, user, today)
    known = source.next_editions.filter(edition__gte=edition).order_by("edition").first()
    if known is not None:
        return known
    _check_is_open(CensusEdition.objects.filter(year=edition).first(), today)
    answer = CensusAnswer.objects.create(
        clsm=source.clsm,
        previous=source,
        edition=edition,
        is_demo=source.is_demo,
        **{name: getattr(source, name) for name in KEPT},
        **_respondent(source.clsm, user, today),
    )
    for name in KEPT_LISTS:
        getattr(answer, name).set(getattr(source, name).all())
    log(instance=answer, action=STARTED, user=user, data={"previous": source.pk})
    return answer


def may_move(draft: CensusAnswer, today: date) -> bool:
    """Whether the edition of ``draft`` took its last action, so that it may go to the next one."""
    edition = CensusEdition.objects.filter(year=draft.edition).first()
    return edition is not None and today > edition.last_sending


def _move(draft: CensusAnswer, year: int, user: User, today: date) -> CensusAnswer:
    _check_is_open(CensusEdition.objects.filter(year=year).first(), today)
    before, draft.edition = draft.edition, year
    draft.save(update_fields=["edition", "updated_at"])
    log(instance=draft, action=MOVED, user=user, data={"before": before, "after": year})
    return draft


def _check_is_open(edition: CensusEdition | None, today: date) -> None:
    if refusal := beginning_refusal(edition, today):
        raise RefusedError(refusal)


@transaction.atomic
def discard(answer: CensusAnswer, by: User) -> None:
    """Delete a draft with its documents; an answer that was sent is never deleted here."""
    fresh = locked(answer)
    if fresh.state != CensusState.DRAFT:
        raise RefusedError("Seul un brouillon se supprime : cette action a déjà été envoyée au Centre.")
    log(instance=fresh, action=DISCARDED, user=by)
    fresh.delete()


def _respondent(clsm: ClsmPage, user: User, today: date | None) -> dict[str, object]:
    post = CoordinatorAssignment.objects.current(today).filter(clsm=clsm.pk, user=user).first()
    role = (post and post.job_title) or user.job_title
    return {"respondent": user, "respondent_role": role[:120], "respondent_email": user.email}


#: Minimum similarity of two titles, out of 100: their words, whatever their order.
SAME_CLSM, SAME_DEPARTMENT = 82, 90
MOST_ALIKE = 5

Key = TypeVar("Key")

Row = tuple[int, str, int, int | None, int]


@dataclass(frozen=True)
class Twin:
    """Another answer that may declare the same action, and its year."""

    pk: int
    title: str
    edition: int


def words_of(title: str) -> str:
    return " ".join(sorted(slugify(title).split("-")))


def alike(words: str, others: Mapping[Key, str]) -> list[Key]:
    """The keys of ``others``, titles of one CLSM as ``words_of``, that may name one action, the likeliest first."""
    if not words:
        return []
    scores = process.extract(words, others, scorer=fuzz.ratio, score_cutoff=SAME_CLSM, limit=MOST_ALIKE)
    return [key for _, _, key in scores]


class Titles:
    """Titles of every sent answer, for the comparison: two queries, whatever their number."""

    def __init__(self) -> None:
        sent = CensusAnswer.objects.exclude(state=CensusState.DRAFT).order_by("pk")
        rows: list[Row] = list(sent.values_list("pk", "title", "clsm_id", "previous_id", "edition"))
        self.titles = {pk: title for pk, title, *_ in rows}
        self.words = {pk: words_of(title) for pk, title, *_ in rows}
        self.clsms = {pk: clsm for pk, _, clsm, *_ in rows}
        self.editions = {pk: edition for pk, *_, edition in rows}
        self.chains = _chains(rows)
        self.places = _places()
        self.by_clsm: dict[int, list[int]] = defaultdict(list)
        self.by_place: dict[str, list[int]] = defaultdict(list)
        for pk, _, clsm, *_ in rows:
            self.by_clsm[clsm].append(pk)
            for place in self.places.get(clsm, ()):
                self.by_place[place].append(pk)

    def twins(self, pk: int) -> list[Twin]:
        """The answers similar to ``pk``, the most similar first; editions of the same chain are excluded."""
        if not self.words.get(pk):
            return []
        clsm = self.clsms[pk]
        near = self._near(pk, self.by_clsm[clsm], SAME_CLSM)
        for place in self.places.get(clsm, ()):
            near |= self._near(pk, self.by_place[place], SAME_DEPARTMENT)
        found = sorted(near, key=lambda other: (-near[other], other))
        return [Twin(other, self.titles[other], self.editions[other]) for other in found]

    def like(self, clsm: int, title: str, previous: int | None = None) -> list[Twin]:
        """The answers of one CLSM similar to a new ``title``, but those of the chain of ``previous``."""
        chain = self.chains.get(previous) if previous else None
        others = {pk: self.words[pk] for pk in self.by_clsm[clsm] if chain is None or self.chains[pk] != chain}
        return [Twin(pk, self.titles[pk], self.editions[pk]) for pk in alike(words_of(title), others)]

    def with_twins(self) -> set[int]:
        """The ids of all the answers with a possible duplicate."""
        return {pk for pk in self.words if self.twins(pk)}

    def _near(self, pk: int, others: Iterable[int], least: int) -> dict[int, float]:
        words = {other: self.words[other] for other in others if self.chains[other] != self.chains[pk]}
        scores = process.extract_iter(self.words[pk], words, scorer=fuzz.ratio, score_cutoff=least)
        return {other: score for _, score, other in scores}


def twins_of(answers: Collection[CensusAnswer]) -> Mapping[int, list[Twin]]:
    """The possible duplicates of each of ``answers``, by id. Two queries."""
    titles = Titles() if answers else None
    return {answer.pk: titles.twins(answer.pk) for answer in answers} if titles else {}


def _chains(rows: Iterable[Row]) -> dict[int, int]:
    """Each answer → the first edition of its chain."""
    previous = {pk: before for pk, _, _, before, _ in rows}
    chains = {}
    for pk in previous:
        first, seen = pk, {pk}
        while (before := previous.get(first)) is not None and before not in seen:
            first = before
            seen.add(first)
        chains[pk] = first
    return chains


def _places() -> dict[int, list[str]]:
    """Each CLSM → the codes of its départements."""
    places: dict[int, list[str]] = defaultdict(list)
    for clsm, code in ClsmPage.departments.through.objects.values_list("clsmpage_id", "department_id"):
        places[clsm].append(code)
    return dict(places)
