"""Updates that follow a change of a CLSM page, and of the territories that profiles derive fields from."""

from django.db import transaction
from django.db.models.signals import post_delete, post_save, pre_save
from django.dispatch import receiver
from wagtail.models import Revision
from wagtail.signals import page_published

from network.coordination.assignments import group_name, hide_email
from network.models import ClsmPage, ClsmRecord, CoordinatorAssignment
from network.models.records import confirm
from portal.users.models import User


@receiver(post_save, sender=ClsmPage)
def follow_page(sender: type[ClsmPage], instance: ClsmPage, raw: bool = False, **kwargs: object) -> None:
    """Create the internal record of each page, and keep the name of its group equal to its slug."""
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


@receiver(pre_save, sender=User)
def hide_changed_email(
    sender: type[User], instance: User, raw: bool = False, update_fields: frozenset[str] | None = None, **kwargs: object
) -> None:
    """Whoever changes the address of an account, the public does not see the new one by the consent to the former."""
    if raw or instance.pk is None or (update_fields is not None and "email" not in update_fields):
        return
    if User.objects.filter(pk=instance.pk).exclude(email=instance.email).exists():
        hide_email(instance)


@receiver(page_published, sender=ClsmPage)
def note_confirmation(
    sender: type[ClsmPage], instance: ClsmPage, revision: Revision | None = None, **kwargs: object
) -> None:
    """A text written and just published by a coordinator in post counts as confirmed by them."""
    author = revision.user if revision is not None else None
    if author is not None and CoordinatorAssignment.objects.current().filter(clsm=instance, user=author).exists():
        confirm(instance, author)


@transaction.atomic
def refresh_profiles() -> int:
    """Compute the départements and the population of every public profile again; returns their number.

    A profile computes them when it is saved. After new territories are loaded, all are saved once; texts, revisions and
    moderation are unchanged.
    """
    number = 0
    for clsm in ClsmPage.objects.live():
        clsm.save(clean=False)
        number += 1
    return number
