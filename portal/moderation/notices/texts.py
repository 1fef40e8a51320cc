"""From an event to the text of its notice, and from a notice to its e-mail."""

import re
from collections.abc import Mapping, Sequence
from email.mime.text import MIMEText
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.template import Context
from django.template.loader import get_template
from django.urls import reverse

from portal.moderation.models.notices import Notice

OTHER_SPACES = re.compile(r"[^\S\xa0]+")
METHOD = re.compile(r"^METHOD:([A-Z]+)\r?$", re.MULTILINE)


def write(event: str, context: Mapping[str, Any]) -> tuple[str, str]:
    """(subject, body) of an event."""
    subject, _, body = _render(f"email/notices/{event}.txt", context).partition("\n")
    return _one_line(subject), body.strip()


def email(notice: Notice, connection: BaseEmailBackend | None = None) -> EmailMessage:
    """The e-mail of one notice: plain text, with the link to the screen where the person acts."""
    body = _render("email/notice.txt", _frame(notice) | {"notice": notice, "link": absolute(notice.url)})
    return _message(notice.subject, body, [notice], connection)


def digest(notices: Sequence[Notice], connection: BaseEmailBackend | None = None) -> EmailMessage:
    """One e-mail for all the notices of one person."""
    lines = [{"notice": notice, "link": absolute(notice.url)} for notice in notices]
    body = _render("email/digest.txt", _frame(notices[0]) | {"lines": lines})
    count = len(notices)
    return _message(f"{count} avis" if count > 1 else notices[0].subject, body, notices, connection)


def absolute(url: str) -> str:
    """The absolute URL of a path of the portal."""
    return settings.WAGTAILADMIN_BASE_URL + url if url.startswith("/") else url


def _frame(notice: Notice) -> dict[str, Any]:
    return {
        "recipient": notice.recipient,
        "site": settings.WAGTAIL_SITE_NAME,
        "settings_link": absolute(reverse("notice_settings")) if notice.recipient_id else "",
    }


def _message(subject: str, body: str, notices: Sequence[Notice], connection: BaseEmailBackend | None) -> EmailMessage:
    recipient = notices[0].recipient
    message = EmailMessage(
        subject=f"[{settings.WAGTAIL_SITE_NAME}] {_one_line(subject)}",
        body=body,
        to=[recipient.email if recipient else notices[0].address],
        headers={"Auto-Submitted": "auto-generated"},
        connection=connection,
    )
    for notice in notices:
        if notice.calendar:
            message.attach(_calendar_part(notice.calendar))
    return message


def _calendar_part(calendar: str) -> MIMEText:
    """The type names the method too: programs offer the appointment by it (RFC 6047)."""
    method = METHOD.search(calendar)
    part = MIMEText(calendar, "calendar", "utf-8")
    part.set_param("method", method[1] if method else "PUBLISH")
    part.add_header("Content-Disposition", "attachment", filename="rendez-vous.ics")
    return part


def _one_line(text: str) -> str:
    """Replace every space by a plain one, except those that bind a punctuation mark to its word."""
    return OTHER_SPACES.sub(" ", text).strip()


def _render(template: str, context: Mapping[str, Any]) -> str:
    """Plain text: nothing is escaped."""
    return get_template(template).template.render(Context(dict(context), autoescape=False))  # type: ignore[attr-defined]
