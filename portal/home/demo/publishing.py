"""Putting the demonstration pages in the tree, always through the publication rules."""

from datetime import datetime, time, timedelta

from django.utils import timezone
from wagtail.models import Page

from portal.users.models import User


def days_ago(days: int) -> datetime:
    """A working hour, ``days`` before today."""
    day = timezone.localdate() - timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, time(9, 30)))


def exists(parent: Page, slug: str) -> bool:
    return parent.get_children().filter(slug=slug).exists()


def add_draft(parent: Page, page: Page, author: User) -> Page:
    """Save ``page`` under ``parent`` as a draft of ``author``, with its first revision."""
    page.live = False
    page.owner = author
    parent.add_child(instance=page)
    page.save_revision(user=author)
    return page


def publish(page: Page, by: User) -> Page:
    """Publish the latest revision; a page that breaks a rule raises ``ValidationError``."""
    page.get_latest_revision().publish(user=by)
    page.refresh_from_db()
    return page
