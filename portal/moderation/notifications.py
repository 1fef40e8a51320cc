"""Creation of notices: a notice is saved with the decision, its e-mail is sent afterwards if possible."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from wagtail.models import Page

from portal.moderation.models.notices import Notice, NoticePreference, Rhythm
from portal.moderation.notices.texts import write
from portal.moderation.tasks import send_emails
from portal.users.models import User


def tell(
    event: str,
    recipients: Iterable[User | None],
    *,
    link: str = "",
    page: Page | None = None,
    calendar: str = "",
    **context: Any,
) -> None:
    """Save one notice per active person and send the e-mails once the decision is committed.

    ``link`` is the path of the screen where the person acts; by default, the page in the back office. The template of
    the event receives ``page``, its ``title`` and the ``context``. ``calendar`` (iCalendar) is attached to the e-mail.
    """
    people = {person.pk: person for person in recipients if person is not None and person.is_active}
    if not people:
        return
    subject, message = write(event, {"page": page, "title": _title(page), **context})
    rhythms = dict(NoticePreference.objects.filter(user__in=people).values_list("user", "rhythm"))
    _save(
        Notice(
            recipient=person,
            event=event,
            page=page,
            link=link,
            subject=subject[:255],
            message=message,
            calendar=calendar,
            rhythm=(rhythm := rhythms.get(person.pk, Rhythm.EACH)),
            due_at=None if rhythm == Rhythm.NEVER else timezone.now(),
        )
        for person in people.values()
    )


@transaction.atomic
def tell_once(untold: QuerySet, notices: Callable[[], object], **told: Any) -> bool:
    """Send the ``notices`` of one due date once, even when two runs overlap. Returns whether they were sent.

    ``untold`` selects the row as long as nobody was told; the ``told`` fields record that somebody was. They are
    written with the notices and without ``save()``: the row does not change for those who work on it.
    """
    if not untold.update(**told):
        return False
    notices()
    return True


def write_to(address: str, event: str, *, link: str = "", calendar: str = "", **context: Any) -> None:
    """Write to somebody without an account. The e-mail is kept until it is sent, and no longer."""
    subject, message = write(event, context)
    letter = {"address": address, "event": event, "link": link, "calendar": calendar}
    _save([Notice(subject=subject[:255], message=message, **letter)])


def _save(notices: Iterable[Notice]) -> None:
    created = Notice.objects.bulk_create(notices)
    ids = [notice.pk for notice in created if notice.rhythm == Rhythm.EACH]
    if ids:
        transaction.on_commit(lambda: send_emails.enqueue(ids), robust=True)


def _title(page: Page | None) -> str:
    return page.specific_deferred.get_admin_display_title() if page else ""
