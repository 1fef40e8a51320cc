"""Who may delete a page. Wagtail lets whoever may change a page delete it while it is not public."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail import hooks
from wagtail.admin import messages
from wagtail.models import Page

from portal.users.models import User

REFUSAL = "Seuls l’autrice ou l’auteur d’un brouillon jamais publié, ou l’Administration, peuvent supprimer cette page."


def may_delete(user: User | AnonymousUser, page: Page) -> bool:
    """Administration, or the author of a draft that was never public.

    A coordinator could otherwise erase the profile of their CLSM, with its history, on the day it is unpublished.
    """
    if page.permissions_for_user(user).can_publish():
        return True
    return page.owner_id == user.pk and page.first_published_at is None


@hooks.register("before_delete_page")
def refuse_deletion(request: HttpRequest, page: Page) -> HttpResponse | None:
    if may_delete(request.user, page):
        return None
    messages.error(request, REFUSAL)
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("before_bulk_action")
def refuse_bulk_deletion(request: HttpRequest, action_type: str, objects: list[Page], view: Any) -> HttpResponse | None:
    if action_type != "delete" or all(may_delete(request.user, page) for page in objects if isinstance(page, Page)):
        return None
    messages.error(request, REFUSAL)
    return redirect(view.next_url)
