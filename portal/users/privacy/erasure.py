"""Erasure of a person: their own data is deleted, what others rely on is kept without their name.

The account itself is made anonymous rather than deleted. A decision keeps its author as « a former account », and
public content keeps the function only.
"""

import json
import re
from collections import Counter

from django.db import transaction
from django.db.models import BooleanField, Field, Model, Q, QuerySet, TextField
from django.db.models.functions import Cast
from wagtail.log_actions import log

from portal.base.errors import RefusedError, already_decided
from portal.base.locks import locked
from portal.users.models import User
from portal.users.privacy.people import Person, rows_of
from portal.users.privacy.registry import (
    Erasure,
    Holding,
    Mention,
    close_access,
    holdings,
    obstacles,
    processing_activities,
)

NOBODY = "compte effacé"
ANONYMOUS_DOMAIN = "efface.invalid"


def erasure_obstacles(person: Person, *, by: User | None) -> list[str]:
    """What must be done before ``person`` can be erased, in French."""
    user = person.user
    if user is None:
        return []
    if by is not None and user.pk == by.pk:
        return ["Vous ne pouvez pas effacer votre propre compte."]
    if user.is_superuser and by is not None and not by.is_superuser:
        return ["Seul un superutilisateur efface un superutilisateur."]
    return obstacles(user)


@transaction.atomic
def erase_person(person: Person, *, by: User | None, reason: str = "") -> Counter[str]:
    """Erase ``person`` everywhere and count the rows by outcome; ``RefusedError`` if something must be done before.

    ``reason``: why, if it is not at their request; it stays in the audit log.
    """
    _check(person, by)
    done: Counter[str] = Counter()
    if closed := close_access(person.email, by):
        done["CLOSED"] = closed
    for holding in holdings():
        rows = rows_of(holding, person)
        done[holding.erasure.name] += rows.count()
        if holding.erasure is Erasure.DELETE:
            rows.delete()
        elif holding.erasure is Erasure.CLEAR:
            _clear(rows, holding)
    done["MENTION"] += sum(
        _forget_names(mention, person) for activity in processing_activities() for mention in activity.mentions
    )
    if person.user:
        _make_anonymous(person.user)
    if person.user or by:
        data = {**done, "reason": reason} if reason else dict(done)
        log(instance=person.user or by, action="portal.person_erased", user=by, data=data)
    return done


def _check(person: Person, by: User | None) -> None:
    """``RefusedError`` if it is too early or already done; the account is locked until the end of the transaction."""
    if person.user and locked(person.user).email.endswith(f"@{ANONYMOUS_DOMAIN}"):
        raise already_decided("ce compte est effacé")
    if sentences := erasure_obstacles(person, by=by):
        raise RefusedError(*sentences)


def _make_anonymous(user: User) -> None:
    user.groups.clear()
    user.user_permissions.clear()
    user.email = f"compte-{user.pk}@{ANONYMOUS_DOMAIN}"
    user.first_name, user.last_name = "Compte", "effacé"
    user.is_active = user.is_staff = user.is_superuser = False
    user.last_login = None
    user.set_unusable_password()
    user.save()


def _clear(rows: QuerySet[Model], holding: Holding) -> None:
    model = holding.model_class
    names = [*holding.clears] if holding.field_object.is_relation else [holding.field, *holding.clears]
    rows.update(**{name: _empty(model._meta.get_field(name)) for name in names})  # type: ignore[arg-type]


def _empty(field: Field) -> object:
    if field.null:
        return None
    return False if isinstance(field, BooleanField) else ""


def _forget_names(mention: Mention, person: Person) -> int:
    """Remove the name and e-mail address of the person from free texts, in any case; returns the number of changed
    rows.
    """
    rows = mention.model_class._base_manager.all()
    changed = 0
    for row in rows.annotate(**_as_text(mention)).filter(_holds(mention, person)):
        for name in mention.fields:
            setattr(row, name, _without(getattr(row, name), person))
        row.save(update_fields=mention.fields)
        changed += 1
    return changed


def _as_text(mention: Mention) -> dict[str, Cast]:
    return {f"{name}_as_text": Cast(name, TextField()) for name in mention.fields}


def _holds(mention: Mention, person: Person) -> Q:
    """Databases store accents in JSON as they are or as escapes: both are searched."""
    condition = Q(pk__in=[])
    for name in mention.fields:
        for called in person.names:
            for written in {called, json.dumps(called)[1:-1]}:
                condition |= Q(**{f"{name}_as_text__icontains": written})
    return condition


def _without(value: object, person: Person) -> object:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    for called in person.names:
        text = re.sub(re.escape(called), NOBODY, text, flags=re.IGNORECASE)
    return text if isinstance(value, str) else json.loads(text)
