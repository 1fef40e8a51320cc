"""What the public page of a sheet shows of its lifecycle: its freshness, its errata, who adapted it."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import CharField, F, IntegerField, QuerySet, TextField, Value
from django.db.models.functions import Cast, TruncDate
from django.utils import timezone

from caps_sheets.models import CapsSheetPage, Erratum, Reuse, ReuseState, SheetConfirmation
from caps_sheets.sections import SECTIONS
from network.models import ClsmPage
from portal.base.dates import months_before
from portal.base.querysets import visible

FRESH_MONTHS = 24
REUSES_SHOWN = 5

HEADINGS = {section.key: section.heading for section in SECTIONS}


@dataclass(frozen=True)
class SheetAge:
    """``since``: the later of the last publication and the last confirmation."""

    since: date
    is_fresh: bool
    is_confirmed: bool

    @property
    def label(self) -> str:
        return "à jour" if self.is_fresh else "à confirmer"

    @property
    def kind(self) -> str:
        return "a-jour" if self.is_fresh else "a-confirmer"


@dataclass(frozen=True)
class PublicErratum:
    dated: date
    text: str
    heading: str


@dataclass(frozen=True)
class PublicReuse:
    year: int
    clsm: ClsmPage
    kept: str
    adapted: str


@dataclass
class PublicLife:
    age: SheetAge | None = None
    errata: list[PublicErratum] = field(default_factory=list)
    reuses: list[PublicReuse] = field(default_factory=list)
    reuse_count: int = 0


def life_of(sheet: CapsSheetPage, today: date | None = None) -> PublicLife:
    """One query, and one more if the action was adapted somewhere."""
    rows = list(_confirmations(sheet).union(_errata(sheet), _reuses(sheet), all=True))
    rows.sort(key=lambda row: (row[1], row[5]), reverse=True)
    confirmed = next((row[1] for row in rows if row[0] == "confirmed"), None)
    life = PublicLife(age=age_of(sheet, confirmed, today))
    life.errata = [PublicErratum(row[1], row[2], HEADINGS.get(row[3], "")) for row in rows if row[0] == "erratum"]
    reuses = [row for row in rows if row[0] == "reuse"]
    if reuses:
        clsms = visible(ClsmPage.objects.filter(pk__in={row[5] for row in reuses})).in_bulk()
        shown = [PublicReuse(row[4], clsms[row[5]], row[2], row[3]) for row in reuses if row[5] in clsms]
        life.reuse_count, life.reuses = len(shown), shown[:REUSES_SHOWN]
    return life


def _confirmations(sheet: CapsSheetPage) -> QuerySet:
    return _columns(SheetConfirmation.objects.filter(sheet=sheet.pk), "confirmed", F("confirmed_on"))


def _errata(sheet: CapsSheetPage) -> QuerySet:
    rows = Erratum.objects.filter(sheet=sheet.pk)
    return _columns(rows, "erratum", F("dated"), text=F("text"), detail=Cast("section", TextField()))


def _reuses(sheet: CapsSheetPage) -> QuerySet:
    day = TruncDate("proposed_at")
    numbers: dict[str, F | Cast] = {"number": Cast("year", IntegerField()), "key": F("clsm")}
    return _columns(published_reuses(sheet), "reuse", day, text=F("kept"), detail=F("adapted"), **numbers)


def _columns(rows: QuerySet, kind: str, day: F | TruncDate, **columns: F | Cast) -> QuerySet:
    """(kind, day, text, detail, number, key)"""
    empty = {name: Value("", TextField()) for name in ("text", "detail")}
    empty |= {name: Value(0, IntegerField()) for name in ("number", "key")}
    chosen = empty | columns
    return rows.order_by().values_list(
        Value(kind, CharField()), day, *(chosen[name] for name in ("text", "detail", "number", "key"))
    )


def age_of(sheet: CapsSheetPage, confirmed_on: date | None, today: date | None = None) -> SheetAge | None:
    """None for a sheet that was never published."""
    if sheet.last_published_at is None:
        return None
    today = today or timezone.localdate()
    published = timezone.localdate(sheet.last_published_at)
    since = max(published, confirmed_on or published)
    return SheetAge(since, since >= months_before(today, FRESH_MONTHS), is_confirmed=since != published)


def last_confirmation(sheet: CapsSheetPage) -> date | None:
    confirmations = SheetConfirmation.objects.filter(sheet=sheet.pk)
    return confirmations.values_list("confirmed_on", flat=True).first()


def published_reuses(sheet: CapsSheetPage) -> QuerySet[Reuse]:
    return Reuse.objects.filter(sheet=sheet.pk, state=ReuseState.PUBLISHED)
