"""One sending for a double click, a reload or a retry: the first response is returned again.

Each page that shows a form draws a new CSRF value (Django masks its secret again). This value, the URL and the
account identify one form as one page showed it. Only its last sending is kept: a text corrected after « back » is
accepted.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import salted_hmac

from portal.base.models import SentForm

#: Codes and passwords are excluded: allauth counts the attempts itself, and asking twice for a code sends two.
ACCOUNT_PREFIX = "/comptes/"
KNOWN_FOR = timedelta(hours=1)
#: A first sending without a response yet is waited for; that of a killed process expires after this time.
WAIT, DIES_AFTER = 15.0, timedelta(minutes=2)
PAUSE = 0.1


class SentOnceMiddleware:
    """Runs after the CSRF check and authentication. Only redirections are stored, not the responses of refused
    forms.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if sent := getattr(request, "_sent_form", None):
            mine = SentForm.objects.filter(pk=sent.pk, content=sent.content)
            if response.status_code == 302:
                mine.update(location=response.headers["Location"][:2000])
            else:
                mine.delete()
        return response

    def process_view(
        self, request: HttpRequest, view: Callable, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        if not is_form(request):
            return None
        deadline = time.monotonic() + WAIT
        while (sent := claim(request)) is None:
            if time.monotonic() > deadline:
                return render(request, "pages/base/still_sending.html", status=409)
            time.sleep(PAUSE)
        if sent.location:
            return HttpResponseRedirect(sent.location)
        setattr(request, "_sent_form", sent)  # noqa: B010
        return None


def is_form(request: HttpRequest) -> bool:
    """True for a form that a page showed and the browser sends; requests of scripts are excluded."""
    return (
        request.method == "POST"
        and request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
        and "application/json" not in request.headers.get("Accept", "")
        and "csrfmiddlewaretoken" in request.POST
        and not request.path.startswith(ACCOUNT_PREFIX)
    )


def claim(request: HttpRequest) -> SentForm | None:
    """The sending of ``request``: with its ``location`` if it was already answered; None while it is in progress.

    It is committed before the view runs, so that another process sees it.
    """
    now, content = timezone.now(), _content(request)
    with transaction.atomic():
        SentForm.objects.filter(sent_at__lt=now - KNOWN_FOR).delete()
        sent, is_new = SentForm.objects.select_for_update().get_or_create(
            key=_key(request), defaults={"content": content, "sent_at": now}
        )
        if is_new:
            return sent
        if sent.content == content:
            if sent.location:
                return sent
            if sent.sent_at > now - DIES_AFTER:
                return None
        sent.content, sent.location, sent.sent_at = content, "", now
        sent.save()
        return sent


def _key(request: HttpRequest) -> str:
    parts = (request.user.pk, request.get_full_path(), request.POST["csrfmiddlewaretoken"])
    return _digest(parts)


def _content(request: HttpRequest) -> str:
    typed = [(name, values) for name, values in sorted(request.POST.lists()) if name != "csrfmiddlewaretoken"]
    files = [(name, [(file.name, file.size) for file in files]) for name, files in sorted(request.FILES.lists())]
    return _digest((typed, files))


def _digest(parts: object) -> str:
    return salted_hmac("portal.base.sent_once", repr(parts), algorithm="sha256").hexdigest()
