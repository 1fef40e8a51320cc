"""Creation of the demonstration pages, always under the publication rules.

Wagtail updates its reference index at each save of each part of a page. Here it is updated once per page.
"""

from datetime import datetime, time, timedelta

from django.utils import timezone
from wagtail.models import Page, ReferenceIndex
from wagtail.signal_handlers import disable_reference_index_auto_update

from caps_sheets.models import CapsSheetPage
from caps_sheets.review.services import take_over
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
    with disable_reference_index_auto_update():
        parent.add_child(instance=page)
        page.save_revision(user=author)
    ReferenceIndex.create_or_update_for_object(page)
    return page


def publish(page: Page, by: User) -> Page:
    """Publish the latest revision. A page that breaks a rule raises ``ValidationError``.

    A sheet is taken over as one written before the portal: nobody proof-read it here.
    """
    if isinstance(page, CapsSheetPage):
        take_over(page, by=by)
    with disable_reference_index_auto_update():
        page.get_latest_revision().publish(user=by)
    return page
