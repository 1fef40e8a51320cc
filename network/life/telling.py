"""Telling the same thing to those who act in the space of a CLSM and to those who act in the back office."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from network.models import ClsmPage
from portal.moderation.notices.services import tell
from portal.users.models import User


def space_url(clsm: ClsmPage) -> str:
    return reverse("space_home", args=[clsm.pk])


def tell_each(
    event: str,
    clsm: ClsmPage,
    *,
    coordinators: Iterable[User] = (),
    moderators: Iterable[User] = (),
    page: ClsmPage | None = None,
    **context: Any,
) -> None:
    """Coordinators are led to the space of ``clsm``, moderators to the page; who is both is told once."""
    in_post = {person.pk: person for person in coordinators}
    others = [person for person in moderators if person.pk not in in_post]
    tell(event, in_post.values(), link=space_url(clsm), page=page or clsm, **context)
    tell(event, others, page=page or clsm, **context)
