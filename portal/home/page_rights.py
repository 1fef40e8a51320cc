"""Who may delete or move a page, by any path: screens, bulk actions, API. What is closed to a person is not offered.

Wagtail lets anybody who may change a page delete and move it while it is not public. It offers everybody the history
and the uses of a page, and the form of what is chosen in a field.
"""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.ui.side_panels import PageStatusSidePanel
from wagtail.admin.widgets import BaseChooser
from wagtail.log_actions import get_active_log_context
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
        # Wagtail’s own asks the database whether something is public below, at each row of a list: last.
        return (is_own_draft or self.can_publish()) and super().can_delete(ignore_bulk)

    def can_copy(self) -> bool:
        """A copy is put beside the page, or elsewhere that one adds pages."""
        return super().can_copy() and (self.user.is_superuser or "add" in self.permissions)

    def can_move(self) -> bool:
        return super().can_move() and self.can_publish()

    def can_view_revisions(self) -> bool:
        return super().can_view_revisions() and (self.can_edit() or self.can_publish())


def permissions_for_user(page: Page, user: User | AnonymousUser) -> PageRights:
    return PageRights(user, page)


status_panel_by_wagtail = PageStatusSidePanel.__init__

chosen_by_wagtail = BaseChooser.get_value_data_from_instance


def status_panel(panel: PageStatusSidePanel, *args: Any, **kwargs: Any) -> None:
    status_panel_by_wagtail(panel, *args, **kwargs)
    if panel.usage_url and not permissions_for_user(panel.object, panel.request.user).can_edit():
        panel.usage_url = None


def chosen(widget: BaseChooser, instance: Any) -> dict[str, Any]:
    """What a field shows of its choice; the person who reads it is the one that Wagtail would log."""
    data = chosen_by_wagtail(widget, instance)
    user = get_active_log_context().user
    return data | {"edit_url": AdminURLFinder(user).get_edit_url(instance)} if user else data
