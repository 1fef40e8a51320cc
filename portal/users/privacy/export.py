"""The personal data of one person: JSON, alone or in a zip with a note that explains it."""

import io
import json
import re
import zipfile
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import DateField, DateTimeField, Field, ForeignKey, Model
from django.utils import timezone
from wagtail.log_actions import log

from portal.users.models import User
from portal.users.privacy.people import Person, rows_of, traces
from portal.users.privacy.registry import Holding

SECRET = re.compile(r"password|token|secret|hash|digest|signature")
NOTE = (
    "donnees.json contient ce que le portail garde sur la personne, par traitement : sa raison, sa base légale, sa\n"
    "durée. Une ligne qui dit seulement qu’elle a agi (relecture, dépôt, décision) n’est donnée que par ses dates :\n"
    "le reste concerne d’autres personnes. Mots de passe, codes et liens secrets ne sont jamais exportés.\n"
)


def export_person(person: Person, *, by: User | None) -> dict[str, Any]:
    """Everything declared about ``person``, by processing activity. Adds a line to the audit log."""
    by_activity: dict[str, dict[str, Any]] = {}
    for trace in traces(person):
        activity = trace.activity
        block = by_activity.setdefault(
            activity.key,
            {
                "traitement": activity.name,
                "raison": activity.purpose,
                "base légale": activity.basis,
                "durée": activity.kept,
                "données": [],
            },
        )
        rows = [_row(row, trace.holding) for row in rows_of(trace.holding, person)]
        block["données"].append({"objet": trace.holding.label, "lignes": rows})
    if person.user or by:
        log(instance=person.user or by, action="portal.person_exported", user=by)
    return {"personne": person.email, "extrait le": timezone.now(), "traitements": list(by_activity.values())}


def as_json(data: dict[str, Any]) -> str:
    return json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


def as_zip(data: dict[str, Any]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("LISEZ-MOI.txt", NOTE)
        archive.writestr("donnees.json", as_json(data))
    return buffer.getvalue()


def _row(row: Model, holding: Holding) -> dict[str, Any]:
    fields = [field for field in row._meta.concrete_fields if not SECRET.search(field.name)]
    if holding.is_about:
        fields = [field for field in fields if field.name not in holding.hidden and not field.primary_key]
    else:
        fields = [field for field in fields if isinstance(field, DateField | DateTimeField)]
    return {str(field.verbose_name): _value(row, field) for field in fields}


def _value(row: Model, field: Field) -> Any:
    if isinstance(field, ForeignKey):
        return str(getattr(row, field.name)) if getattr(row, field.attname) is not None else None
    if field.choices:
        return getattr(row, f"get_{field.name}_display")()
    value = field.value_from_object(row)
    return value if isinstance(value, bool | int | float | list | dict | None) else field.value_to_string(row)
