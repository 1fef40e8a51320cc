"""Notices to a CLSM: to the people in post, or to its generic address while nobody is."""

from typing import Any

from network.models import ClsmPage
from network.models.queries import people_in_post
from portal.moderation.notifications import tell, write_to
from portal.users.models import User


def tell_clsm(event: str, clsm: ClsmPage, *, link: str, but: User | None = None, **facts: Any) -> None:
    """One notice of ``event`` to each person, except ``but``. ``link`` is a public page: the address has no account."""
    people = list(people_in_post(clsm.pk))
    facts["clsm"] = clsm.title
    if people:
        tell(event, [person for person in people if person != but], link=link, **facts)
    elif clsm.generic_email:
        write_to(clsm.generic_email, event, link=link, **facts)
