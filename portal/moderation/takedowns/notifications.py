"""Who learns that a content is offline, and that it is back. The internal reason is told to the Centre alone."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.urls import reverse
from wagtail import hooks
from wagtail.models import Page

from portal.medialib.models import PortalDocument, PortalImage
from portal.medialib.permissions import pages_using
from portal.moderation.models import Takedown
from portal.moderation.models.authorship import contributors
from portal.moderation.notices import Event
from portal.moderation.notifications import tell
from portal.moderation.takedowns.queries import RIGHT
from portal.users.models import User
from portal.users.queries import holders

TAKEN_DOWN, CENTRE_TOLD = "content_taken_down", "content_taken_down_centre"
LIFT_ASKED, LIFT_DECLINED, PUT_BACK = "content_lift_asked", "content_lift_declined", "content_put_back"
NOT_EMPTIED = "content_not_emptied"

CENTRE = "l’Administration et la Modération"
PEOPLE = "les personnes qui ont écrit ou déposé le contenu, les coordinations en poste"


def takedown_events() -> list[Event]:
    return [
        Event(TAKEN_DOWN, "Un contenu est retiré en urgence", PEOPLE),
        Event(CENTRE_TOLD, "Un contenu est retiré en urgence, avec son motif", CENTRE),
        Event(NOT_EMPTIED, "Une adresse d’un contenu retiré n’est pas encore vide", CENTRE),
        Event(LIFT_ASKED, "Une remise en ligne attend une seconde personne", CENTRE),
        Event(LIFT_DECLINED, "Une remise en ligne demandée n’aura pas lieu", "la personne qui l’a demandée"),
        Event(PUT_BACK, "Un contenu retiré est remis en ligne", f"{PEOPLE}, {CENTRE}"),
    ]


def people_of(content: Model | None, pages: Iterable[Page]) -> list[User]:
    """Those who wrote or uploaded it, and whom the hook ``takedown_people`` adds for each page; never the Centre."""
    concerned = list(pages)
    if isinstance(content, PortalImage | PortalDocument):
        concerned += pages_using(content).order_by("pk")[:50]
    ids: set[int | None] = {getattr(content, "uploaded_by_user_id", None)}
    for page in concerned:
        ids |= {page.owner_id, page.live_revision and page.live_revision.user_id, *contributors(page)}
        ids |= {user.pk for people in hooks.get_hooks("takedown_people") for user in people(page.specific)}
    centre = holders(RIGHT).values("pk")
    return list(
        User.objects.filter(pk__in=[pk for pk in ids if pk is not None], is_active=True)
        .exclude(pk__in=centre)
        .order_by("pk")
    )


def centre_but(person: User | None) -> list[User]:
    return [user for user in holders(RIGHT).order_by("pk") if person is None or user.pk != person.pk]


def screen_of(takedown: Takedown) -> str:
    return reverse("takedowns:detail", args=[takedown.pk])


def tell_of_takedown(takedown: Takedown, people: Iterable[User]) -> None:
    told: dict[str, Any] = {"takedown": takedown, "title": takedown.title}
    tell(TAKEN_DOWN, people, **told)
    tell(CENTRE_TOLD, centre_but(takedown.taken_by), link=screen_of(takedown), **told)


def tell_of_remainder(takedown: Takedown, remaining: int) -> None:
    told: dict[str, Any] = {"takedown": takedown, "title": takedown.title, "remaining": remaining}
    tell(NOT_EMPTIED, centre_but(None), link=screen_of(takedown), **told)


def tell_of_request(takedown: Takedown) -> None:
    told: dict[str, Any] = {"takedown": takedown, "title": takedown.title}
    tell(LIFT_ASKED, centre_but(takedown.lift_asked_by), link=screen_of(takedown), **told)


def tell_of_declined(takedown: Takedown, asked_by: User | None, by: User) -> None:
    if asked_by != by:
        told: dict[str, Any] = {"takedown": takedown, "title": takedown.title, "by": by}
        tell(LIFT_DECLINED, [asked_by], link=screen_of(takedown), **told)


def tell_of_return(takedown: Takedown, people: Iterable[User], kept_offline: list[str]) -> None:
    """What a page lacks is told to the Centre alone: it may be somebody’s consent."""
    told: dict[str, Any] = {"takedown": takedown, "title": takedown.title, "kept_offline": kept_offline}
    if not kept_offline:
        tell(PUT_BACK, people, **told)
    tell(PUT_BACK, centre_but(takedown.lifted_by), link=screen_of(takedown), **told)
