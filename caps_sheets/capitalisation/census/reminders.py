"""Reminders of an edition: to whom, what they read, and never twice for one day.

A CLSM that answered is never reminded. Each reminder has its row: two clicks, or two runs of the command, write one.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from caps_sheets.capitalisation.census.campaign import ANSWERED, BEGUN, NOT_BEGUN, followed
from caps_sheets.capitalisation.census.notifications import REMINDED, REMINDED_ADDRESS, REMINDED_CENTRE
from caps_sheets.capitalisation.models import CensusEdition, CensusReminder
from network.models import ClsmPage, CoordinatorAssignment
from network.models.covered_area import moderators_by_clsm
from portal.base.errors import RefusedError
from portal.base.locks import locked
from portal.moderation.notices.texts import write
from portal.moderation.notifications import tell, write_to
from portal.users.models import User

ALL = "tous"
#: Group → its label; the standings that it holds.
GROUPS = {
    ALL: "tous ceux qui n’ont rien envoyé",
    BEGUN: "ceux qui ont commencé sans envoyer",
    NOT_BEGUN: "ceux qui n’ont pas commencé",
}


@dataclass(frozen=True)
class Recipient:
    """A CLSM to remind: its ``people`` in post, else its ``address``, else the ``moderators`` in charge of it."""

    clsm: ClsmPage
    people: list[User]
    address: str
    moderators: list[User]

    @property
    def is_begun(self) -> bool:
        return self.clsm.standing == BEGUN


@dataclass(frozen=True)
class Audience:
    """Whom a reminder would reach now, as the screen says it before sending."""

    recipients: list[Recipient]

    @property
    def clsms(self) -> int:
        return len(self.recipients)

    @property
    def people(self) -> int:
        return len({person.pk for each in self.recipients for person in each.people})

    @property
    def addresses(self) -> int:
        return sum(not each.people and bool(each.address) for each in self.recipients)

    @property
    def by_the_centre(self) -> int:
        return sum(not each.people and not each.address for each in self.recipients)


def audiences(edition: CensusEdition, due_on: date, today: date) -> dict[str, Audience]:
    """The CLSMs of each group without a reminder for ``due_on`` or later, read once for all groups."""
    told = CensusReminder.objects.filter(edition=edition, due_on__gte=due_on)
    people: dict[int, list[User]] = defaultdict(list)
    posts = CoordinatorAssignment.objects.held(today).select_related("user")
    for post in posts.order_by("pk"):
        people[post.clsm_id].append(post.user)
    moderators = moderators_by_clsm()
    waiting = [
        Recipient(clsm, people.get(clsm.pk, []), clsm.generic_email, moderators.get(clsm.pk, []))
        for clsm in followed(edition, today).exclude(standing=ANSWERED).exclude(pk__in=told.values("clsm"))
    ]
    return {group: Audience([each for each in waiting if group in (ALL, each.clsm.standing)]) for group in GROUPS}


@transaction.atomic
def remind(
    edition: CensusEdition,
    group: str,
    *,
    by: User | None = None,
    note: str = "",
    due_on: date | None = None,
    today: date | None = None,
) -> Audience:
    """Tell ``group`` once for ``due_on`` (today). The edition is locked: the second of two runs finds nobody left.

    Raises ``RefusedError`` when the census is not open.
    """
    today = today or timezone.localdate()
    edition, due_on = locked(edition), due_on or today
    if not edition.is_open(today):
        raise RefusedError(f"{edition} n’est pas ouvert aujourd’hui : aucune relance n’est partie.")
    reached = audiences(edition, due_on, today)[group]
    CensusReminder.objects.bulk_create(
        CensusReminder(edition=edition, clsm=each.clsm, due_on=due_on, sent_on=today, by=by)
        for each in reached.recipients
    )
    for each in reached.recipients:
        _tell(edition, each, note.strip())
    return reached


def remind_due(today: date | None = None) -> int:
    """The planned reminders whose day has come; returns the number of CLSMs told."""
    today = today or timezone.localdate()
    number = 0
    for edition in CensusEdition.objects.filter(opens_on__lte=today, closes_on__gte=today):
        if due_on := edition.reminder_due(today):
            number += remind(edition, ALL, due_on=due_on, today=today).clsms
    return number


def _tell(edition: CensusEdition, recipient: Recipient, note: str) -> None:
    clsm, context = recipient.clsm, facts(edition, recipient.clsm.title, recipient.is_begun, note)
    if recipient.people:
        tell(REMINDED, recipient.people, link=reverse("census_list", args=[clsm.pk]), **context)
    elif recipient.address:
        write_to(recipient.address, REMINDED_ADDRESS, link=reverse("claim", args=[clsm.pk]), **context)
    else:
        link = reverse("network_coordination:detail", args=[clsm.pk])
        tell(REMINDED_CENTRE, recipient.moderators, link=link, **context)


def facts(edition: CensusEdition, clsm: str, is_begun: bool, note: str = "") -> dict[str, Any]:
    return {
        "year": edition.year,
        "clsm": clsm,
        "closes_on": edition.closes_on,
        "last_sending": edition.last_sending if edition.grace_days else None,
        "is_begun": is_begun,
        "note": note,
    }


def preview(edition: CensusEdition, group: str, reached: Audience) -> tuple[str, str]:
    """Subject and body of what the first CLSM of ``reached`` would read."""
    first = reached.recipients[0] if reached.recipients else None
    name = first.clsm.title if first else "votre CLSM"
    return write(REMINDED, facts(edition, name, first.is_begun if first else group == BEGUN))
