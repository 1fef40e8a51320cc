"""Which takedown holds what."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet
from django.utils import timezone
from wagtail.models import Page

from portal.moderation.models import Takedown, TakedownPage

RIGHT = "portal_moderation.add_takedown"


def active() -> QuerySet[Takedown]:
    return Takedown.objects.filter(lifted_at=None)


def identity(target: Model) -> dict[str, object]:
    """The fields that name ``target``, of whatever page type: a page is known by its row of the tree."""
    model = Page if isinstance(target, Page) else type(target)
    return {"content_type": ContentType.objects.get_for_model(model), "object_id": target.pk}


def takedown_of(target: Model) -> Takedown | None:
    """What takes ``target`` offline now; for a page, the sound or the page above it counts too."""
    is_shown = target.live if isinstance(target, Page) else not getattr(target, "is_taken_down", False)
    if is_shown:
        return None  # what is held is never online
    if isinstance(target, Page):
        return active().filter(page_items__page__in=_own_and_source(target)).order_by("pk").first()
    return active().filter(**identity(target)).first()


def reasons_to_hold(page: Page) -> list[str]:
    """The hook ``page_holds``: nothing puts the page online before two people lift its takedown."""
    rows = TakedownPage.objects.filter(page__in=_own_and_source(page), takedown__lifted_at=None)
    taken_at = rows.order_by("pk").values_list("takedown__taken_at", flat=True).first()
    if taken_at is None:
        return []
    day = f"{timezone.localtime(taken_at):%d/%m/%Y à %H:%M}"
    return [
        f"« {page.title} » est retirée en urgence depuis le {day}\xa0: deux personnes du Centre doivent décider "
        "sa remise en ligne (Contenus retirés)."
    ]


def _own_and_source(page: Page) -> list[int]:
    """An alias shows the text of its source."""
    return [pk for pk in (page.pk, page.alias_of_id) if pk]
