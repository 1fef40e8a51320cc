"""Which page titles a user of the back office may see: public pages, and pages that they have a right on.

Wagtail shows anybody who may add a page all its siblings. Its choosers show every page, and its report of page types
shows the last page that anybody edited.
"""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.http import Http404
from wagtail.admin.views.pages.bulk_actions.page_bulk_action import PageBulkAction
from wagtail.models import Page, PageQuerySet
from wagtail.permission_policies.pages import PagePermissionPolicy

from portal.base.querysets import is_visible
from portal.users.models import User

ON_A_PAGE = {"change", "publish", "lock", "unlock", "bulk_delete"}

explorable_by_wagtail = PagePermissionPolicy.explorable_instances

actionable_by_wagtail = PageBulkAction.get_actionable_objects


def explorable_instances(policy: PagePermissionPolicy, user: User) -> PageQuerySet:
    """The pages of the explorer, its API, its search and its reports. A right to add pages does not show their
    siblings.

    Replaces Wagtail’s own in ``HomeConfig.ready``: no hook covers all of these.
    """
    pages = explorable_by_wagtail(policy, user)
    if user.is_superuser:
        return pages
    mine = policy.instances_user_has_any_permission_for(user, ON_A_PAGE)
    return pages.filter(Q(pk__in=mine.values("pk")) | Q(path__in=_ways_to_rights(policy, user)) | is_visible())


def _ways_to_rights(policy: PagePermissionPolicy, user: User) -> set[str]:
    """The paths of the pages on which a permission is given, and of their ancestors."""
    given = [permission.page.path for permission in policy.get_cached_permissions_for_user(user)]
    return {path[:end] for path in given for end in range(Page.steplen, len(path) + 1, Page.steplen)}


def nameable(pages: PageQuerySet, user: User | AnonymousUser) -> PageQuerySet:
    """Filtered by id: the search of the back office supports no other filter."""
    explorable = PagePermissionPolicy().explorable_instances(user)
    known = Page.objects.filter(is_visible() | Q(pk__in=explorable.values("pk")))
    return pages.filter(pk__in=known.values_list("pk", flat=True))


def get_actionable_objects(action: PageBulkAction) -> tuple[list[Page], dict[str, list[Page]]]:
    """The pages of a bulk action, and those that it skips, with their titles if the user may see them."""
    pages, others = actionable_by_wagtail(action)
    refused = others["items_with_no_access"]
    known = nameable(Page.objects.filter(pk__in=[page.pk for page in refused]), action.request.user)
    named = set(known.values_list("pk", flat=True))
    if not pages and not named:
        raise Http404
    return pages, others | {"items_with_no_access": [page for page in refused if page.pk in named]}
