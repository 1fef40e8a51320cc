"""Where a sheet takes place, for the counts that the database makes."""

from django.db.models import Case, CharField, F, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from portal.base.querysets import is_visible


def region_of_sheet(name: str) -> Combinable:
    """The régions of a sheet, by their field ``name`` (« code » or « slug »): one row for each.

    They are those of its communes or, when it names none, of the public CLSMs that carried it.
    """
    region = F(f"clsm_items__clsm__departments__region__{name}")
    carriers = Case(When(is_visible("clsm_items__clsm"), then=region))
    return Coalesce(F(f"commune_items__commune__department__region__{name}"), carriers, output_field=CharField())
