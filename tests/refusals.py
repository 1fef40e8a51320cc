"""A refusal is asserted by what the person is told: a bare status or a bare redirect is also what success gives."""

import re
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from django.urls import reverse

#: Nobody is signed in: the login page, or 401 for a script.
SIGN_IN = "sign in"
#: Wagtail’s sentence for a person of the back office who lacks the right.
NO_RIGHT = "Désolé, vous n’avez pas les autorisations pour accéder à cette zone."
#: Signed in, without any role.
NO_OFFICE = "Votre compte n’ouvre pas cet espace"
SECOND_FACTOR = "Votre rôle demande une double vérification"
NOT_FOUND, METHOD = 404, 405


def assert_refused(response: Any, why: str | int, to: str | None = None) -> None:
    """``why``: one of the above, another status that says enough (404, 405, 410), or the French reason that is shown.

    A reason is read on the page of the refusal, or in the message of a redirect; ``to``: where that redirect leads.
    """
    status, location = response.status_code, response.get("Location", "")
    if isinstance(why, int):
        assert status == why, f"{status} {location}"
    elif why == SIGN_IN:
        logins = (reverse("account_login"), reverse("wagtailadmin_login"))
        assert status == 401 or (status == 302 and urlsplit(location).path in logins), f"{status} {location}"
    else:
        assert status in REFUSING, f"{status} {location}"
        assert why in told(response), f"{status} {location}: {told(response)[:500]}"
    if to is not None:
        assert location == to


#: The statuses of a refusal that says why; a form shown again (200) is asserted by its errors.
REFUSING = {302, 303, 400, 403, 409, 410, 413, 422, 429}


def told(response: Any) -> str:
    """The messages that this very request queued, then the text of the page."""
    storage = getattr(response.wsgi_request, "_messages", None)
    messages = " ".join(str(message) for message in getattr(storage, "_queued_messages", ()))
    page = "" if response.streaming else response.content.decode(errors="replace")
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", f"{messages} {page}")).split())


def summary(response: Any) -> str:
    """The text of the summary of errors: one on the page, it takes the focus; its links and ids lead somewhere."""
    page = BeautifulSoup(response.content, "html.parser")
    [box] = page.select("[data-error-summary][autofocus]")
    named = [str(link["href"]).removeprefix("#") for link in box.select("a[href]")]
    named += [one for field in page.select("[aria-describedby]") for one in str(field["aria-describedby"]).split()]
    lost = [one for one in named if page.find(id=one) is None]
    assert not lost, lost
    return " ".join(box.get_text(" ").split())
