"""What the public page of a sheet shows of its lifecycle: its freshness, its errata, who adapted it."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import CharField, F, IntegerField, QuerySet, TextField, Value
from django.db.models.functions import Cast, TruncDate

from caps_sheets.lifecycle.services import SheetAge, age_of, published_reuses
from caps_sheets.models import CapsSheetPage, Erratum, SheetConfirmation
from caps_sheets.sections import SECTIONS
from network.models import ClsmPage
from portal.base.querysets import visible

REUSES_SHOWN = 5
HEADINGS = {section.key: section.heading for section in SECTIONS}


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
