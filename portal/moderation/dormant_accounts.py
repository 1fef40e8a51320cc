"""Accounts unused for two years: the person is warned, then erased by the rules of any other erasure.

Superusers and staff accounts are skipped: Administration closes them by hand. An account that still holds a post or a
case file is kept until these are handed over; Administration is notified at the same time as the person.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from portal.base.dates import months_ago
from portal.base.errors import RefusedError
from portal.moderation.notices import Event
from portal.moderation.notifications import tell, tell_once
from portal.users.models import User
from portal.users.privacy.erasure import ANONYMOUS_DOMAIN, erase_person, erasure_obstacles
from portal.users.privacy.people import find_person
from portal.users.queries import administrators

KEPT_MONTHS = 24
NOTICE_DAYS = 30
REASON = f"{KEPT_MONTHS} mois sans connexion"
DORMANT, HELD = "account_dormant", "account_dormant_held"


@dataclass
class Dormancy:
    """Numbers of dormant accounts by outcome; ``held`` gives what prevents the erasure of each."""

    warned: list[int] = field(default_factory=list)
    erased: list[int] = field(default_factory=list)
    held: dict[int, list[str]] = field(default_factory=dict)


def dormant_events() -> list[Event]:
    return [
        Event(DORMANT, "Compte bientôt effacé faute de connexion", "la personne concernée"),
        Event(HELD, "Compte inactif à libérer avant son effacement", "l’Administration"),
    ]


def erase_dormant_accounts(today: date | None = None, *, dry_run: bool = False) -> Dormancy:
    """Warn at 23 months; erase at 24, and 30 days after the warning. A second run on the same day changes nothing."""
    today = today or timezone.localdate()
    done = Dormancy()
    for user in dormant_accounts(today):
        if not _was_warned(user):
            if dry_run or _warn(user, today):
                done.warned.append(user.pk)
        elif _is_over(user, today):
            _erase(user, done, dry_run=dry_run)
    return done


def dormant_accounts(today: date) -> QuerySet[User]:
    """Those to warn or to erase, with ``seen``: the last login, or the creation of an account that was never used."""
    limit = months_ago(KEPT_MONTHS, today + timedelta(days=NOTICE_DAYS))
    people = User.objects.filter(is_superuser=False, is_staff=False).exclude(email__endswith=f"@{ANONYMOUS_DOMAIN}")
    return people.annotate(seen=Coalesce("last_login", "date_joined")).filter(seen__lt=limit).order_by("pk")


def _seen_on(user: User) -> date:
    return timezone.localtime(user.seen).date()  # type: ignore[attr-defined]


def _was_warned(user: User) -> bool:
    """Whether a warning was sent after the last login."""
    return user.dormancy_warned_on is not None and user.dormancy_warned_on > _seen_on(user)


def _is_over(user: User, today: date) -> bool:
    """Two years without a login, and a month since the warning. If the command did not run for long, it warns first."""
    warned_on = user.dormancy_warned_on
    is_told = warned_on is not None and warned_on <= today - timedelta(days=NOTICE_DAYS)
    return is_told and _seen_on(user) < months_ago(KEPT_MONTHS, today).date()


def _warn(user: User, today: date) -> bool:
    unwarned = User.objects.filter(pk=user.pk, dormancy_warned_on=user.dormancy_warned_on)
    return tell_once(unwarned, partial(_tell_of_erasure, user, today), dormancy_warned_on=today)


def _tell_of_erasure(user: User, today: date) -> None:
    erased_on = today + timedelta(days=NOTICE_DAYS)
    facts: dict[str, Any] = {"last_seen": _seen_on(user), "erased_on": erased_on, "months": KEPT_MONTHS}
    tell(DORMANT, [user], link=reverse("account_home"), **facts)
    if obstacles := erasure_obstacles(find_person(user.email), by=None):
        tell(HELD, administrators(), link=reverse("person_data"), person=str(user), obstacles=obstacles, **facts)


def _erase(user: User, done: Dormancy, *, dry_run: bool) -> None:
    person = find_person(user.email)
    try:
        if not dry_run:
            erase_person(person, by=None, reason=REASON)
        elif obstacles := erasure_obstacles(person, by=None):
            raise RefusedError(*obstacles)
        done.erased.append(user.pk)
    except RefusedError as refusal:
        done.held[user.pk] = refusal.messages
