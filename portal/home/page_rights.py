"""Who may delete or move a page, by any path: screens, bulk actions, API.

Wagtail lets anybody who may change a page delete and move it while it is not public.
"""

from django.contrib.auth.models import AnonymousUser
from wagtail.models import Page
from wagtail.models.pages import PagePermissionTester

from portal.users.models import User


class PageRights(PagePermissionTester):
    """Wagtail’s own, with the rules of ``docs/roles.md``. Installed by ``HomeConfig.ready``."""

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        """Administration, or the author of a draft that was never public.

        A coordinator could otherwise delete the profile of their CLSM, with its history, while it is unpublished.
        """
        is_own_draft = self.page.owner_id == self.user.pk and self.page.first_published_at is None
        return super().can_delete(ignore_bulk) and (is_own_draft or self.can_publish())

    def can_move(self) -> bool:
        return super().can_move() and self.can_publish()


def permissions_for_user(page: Page, user: User | AnonymousUser) -> PageRights:
    return PageRights(user, page)
