"""Updates that follow a change of a CLSM page, and of the territories that profiles derive fields from."""

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.models import Revision
from wagtail.signals import page_published

from network.coordination.assignments import group_name
from network.models import ClsmPage, ClsmRecord, CoordinatorAssignment
from network.models.records import confirm


@receiver(post_save, sender=ClsmPage)
def follow_page(sender: type[ClsmPage], instance: ClsmPage, raw: bool = False, **kwargs: object) -> None:
    """Give each page its internal record, and keep the name of its group equal to its address."""
    if raw:
        return
    record, _ = ClsmRecord.objects.select_related("group").get_or_create(clsm_id=instance.pk)
    if record.group is not None and record.group.name != group_name(instance):
        record.group.name = group_name(instance)
        record.group.save(update_fields=["name"])


@receiver(post_delete, sender=ClsmRecord)
def remove_group(sender: type[ClsmRecord], instance: ClsmRecord, **kwargs: object) -> None:
    if instance.group is not None:
        instance.group.delete()


@receiver(page_published, sender=ClsmPage)
def note_confirmation(
    sender: type[ClsmPage], instance: ClsmPage, revision: Revision | None = None, **kwargs: object
) -> None:
    """A text just published and written by a coordinator in post is confirmed by them."""
    author = revision.user if revision is not None else None
    if author is not None and CoordinatorAssignment.objects.current().filter(clsm=instance, user=author).exists():
        confirm(instance, author)


@transaction.atomic
def refresh_profiles() -> int:
    """Derive again the départements and the population of every public profile; returns how many there are.

    A profile derives them when it is saved: after new territories are loaded, all are saved once. Texts,
    revisions and moderation are left alone.
    """
    number = 0
    for clsm in ClsmPage.objects.live():
        clsm.save(clean=False)
        number += 1
    return number
