"""Where the CLSMs of the episodes are: the middle of their perimeter, in a number of queries that does not grow."""

from collections.abc import Iterable

from django.db.models import Count, Sum
from django.utils import timezone

from caps_sheets.podcasts.feeds.content import Place
from caps_sheets.podcasts.feeds.parts import Linked
from network.models.covered_area import runs_on
from network.models.related import ClsmCommune, ClsmEpci


def places_of(clsms: Iterable[Linked]) -> dict[int, Place]:
    """By CLSM id."""
    found = {clsm.pk: clsm for clsm in clsms}
    middles = _middles(list(found))
    return {pk: Place(_name(clsm), middles.get(pk, "")) for pk, clsm in found.items()}


def _name(clsm: Linked) -> str:
    """With its département, unless the title says it already."""
    is_said = not clsm.department or clsm.department in clsm.title
    return clsm.title if is_said else f"{clsm.title} ({clsm.department})"


def _middles(clsm_ids: list[int]) -> dict[int, str]:
    """« geo:latitude,longitude »: mean of the communes named and of those of the EPCI named."""
    named = ClsmCommune.objects.filter(runs_on(timezone.localdate()), page__in=clsm_ids)
    grouped = ClsmEpci.objects.filter(page__in=clsm_ids)
    sums: dict[int, tuple[float, float, int]] = {}
    for rows, path in ((named, "commune"), (grouped, "epci__communes")):
        totals = (
            rows.order_by()
            .values("page")
            .annotate(
                latitude=Sum(f"{path}__latitude"), longitude=Sum(f"{path}__longitude"), count=Count(f"{path}__latitude")
            )
        )
        for row in totals:
            latitude, longitude, count = sums.get(row["page"], (0.0, 0.0, 0))
            sums[row["page"]] = (
                latitude + (row["latitude"] or 0),
                longitude + (row["longitude"] or 0),
                count + row["count"],
            )
    return {pk: f"geo:{lat / count:.4f},{lon / count:.4f}" for pk, (lat, lon, count) in sums.items() if count}
