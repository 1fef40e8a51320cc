"""Update of the reference tables from ``data/*.csv``. Only rows that differ are written."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import ForeignObjectRel, Model

from network.territories.files import department_of, read
from network.territories.models import Commune, Department, Epci, Postcode, Region
from network.territories.names import place_slug

BATCH = 500
Rows = dict[str, dict[str, object]]
Pairs = set[tuple[str, str]]


@dataclass
class Change:
    """The changes of one table. ``kept`` names the rows that left the data but that the portal still uses."""

    label: str
    read: int = 0
    created: int = 0
    updated: int = 0
    removed: int = 0
    kept: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.created or self.updated or self.removed)


@transaction.atomic
def load(only: Collection[str] = ()) -> list[Change]:
    """Load everything, or only the départements whose codes are ``only`` (nothing is then removed)."""
    communes = [row for row in read("communes") if not only or department_of(row["code"]) in only]
    tables = [
        (Region, region_rows(only)),
        (Department, department_rows(only)),
        (Epci, epci_rows({siren for row in communes for siren in row["epcis"].split()})),
        (Commune, commune_rows(communes)),
    ]
    changes = {model: upsert(model, rows) for model, rows in tables}
    codes = {row["code"] for row in communes}
    links = sync_pairs(Commune.epcis.through, "commune_id", "epci_id", pairs(communes, "epcis"), codes)
    postcodes = sync_pairs(Postcode, "commune_id", "code", pairs(communes, "postcodes"), codes)
    if not only:
        for model, rows in reversed(tables):
            remove_vanished(model, rows, changes[model])
    return [*changes.values(), links, postcodes]


def department_rows(only: Collection[str]) -> Rows:
    return {
        row["code"]: {"name": row["name"], "slug": place_slug(row["name"]), "region_id": row["region"]}
        for row in read("departments")
        if not only or row["code"] in only
    }


def region_rows(only: Collection[str]) -> Rows:
    wanted = {values["region_id"] for values in department_rows(only).values()}
    return {
        row["code"]: {"name": row["name"], "slug": place_slug(row["name"])}
        for row in read("regions")
        if row["code"] in wanted
    }


def epci_rows(sirens: set[str]) -> Rows:
    return {row["siren"]: {"name": row["name"], "kind": row["kind"]} for row in read("epcis") if row["siren"] in sirens}


def commune_rows(communes: Iterable[dict[str, str]]) -> Rows:
    return {
        row["code"]: {
            "name": row["name"],
            "department_id": department_of(row["code"]),
            "population": int(row["population"]),
            "latitude": float(row["latitude"]) if row["latitude"] else None,
            "longitude": float(row["longitude"]) if row["longitude"] else None,
        }
        for row in communes
    }


def pairs(communes: Iterable[dict[str, str]], column: str) -> Pairs:
    """(INSEE code, value) for each of the values of ``column``, separated by spaces."""
    return {(row["code"], value) for row in communes for value in row[column].split()}


def upsert(model: type[Model], rows: Rows) -> Change:
    fields = list(next(iter(rows.values()), {}))
    known = {values[0]: values[1:] for values in model._base_manager.values_list("pk", *fields)}
    changed = {pk: values for pk, values in rows.items() if known.get(pk) != tuple(values.values())}
    model._base_manager.bulk_create(
        [model(pk=pk, **values) for pk, values in changed.items()],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=[model._meta.pk.name],
        update_fields=[name.removesuffix("_id") for name in fields],
    )
    created = len(changed.keys() - known.keys())
    label = str(model._meta.verbose_name_plural)
    return Change(label, read=len(rows), created=created, updated=len(changed) - created)


def sync_pairs(model: type[Model], left: str, right: str, wanted: Pairs, codes: set[str]) -> Change:
    """Make the rows of ``model`` equal to ``wanted`` for the communes ``codes``; other communes are unchanged."""
    rows = model._base_manager.values_list("pk", left, right)
    known = {(commune, value): pk for pk, commune, value in rows if commune in codes}
    missing = sorted(wanted - known.keys())
    stale = [pk for pair, pk in known.items() if pair not in wanted]
    for start in range(0, len(stale), BATCH):
        model._base_manager.filter(pk__in=stale[start : start + BATCH]).delete()
    model._base_manager.bulk_create(
        [model(**{left: commune, right: value}) for commune, value in missing], batch_size=BATCH
    )
    label = "codes postaux" if model is Postcode else "appartenances à un EPCI ou EPT"
    return Change(label, read=len(wanted), created=len(missing), removed=len(stale))


def remove_vanished(model: type[Model], rows: Rows, change: Change) -> None:
    """Delete rows that left the data, except those that a page or another table still references."""
    vanished = set(model._base_manager.values_list("pk", flat=True)) - rows.keys()
    for place in model._base_manager.filter(pk__in=vanished):
        if is_referenced(place):
            change.kept.append(f"{place} [{place.pk}]")
        else:
            place.delete()
            change.removed += 1


def is_referenced(place: Model) -> bool:
    """By anything but its own postcodes and memberships: hidden relations of the apps above count too."""
    own = {Postcode, Commune.epcis.through} if isinstance(place, Commune) else set()
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: place}).exists()
        for relation in place._meta.get_fields(include_hidden=True)
        if isinstance(relation, ForeignObjectRel) and relation.related_model not in own
    )
