"""Accounts in the admin: creating one sends its invitation. Pages kept for some groups."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import ModelLogEntry, Page
from wagtail.models.view_restrictions import BaseViewRestriction
from wagtail.users.views.bulk_actions.delete import DeleteBulkAction
from wagtail.users.views.bulk_actions.set_active_state import SetActiveStateBulkAction

from portal.base.admin_views import RightMenuItem
from portal.base.errors import RefusedError
from portal.base.outcomes import refusals
from portal.users import views
from portal.users.models import User
from portal.users.privacy import views as privacy
from portal.users.privacy.erasure import erase_person, erasure_obstacles
from portal.users.privacy.people import find_person
from portal.users.queries import LAST_ADMINISTRATOR, administrators, is_last_administrator
from portal.users.second_factor import demand_second_factor
from portal.users.services import send_invitation

OTHER_GROUPS = (
    "Cette page est réservée à d’autres personnes que vous. Si elle doit vous être ouverte, écrivez au Centre."
)


@hooks.register("on_serve_page", order=-1)  # before Wagtail's own, which it prevents from looping
def keep_pages_for_their_groups(serve: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    def checked(page: Page, request: HttpRequest, *args: Any) -> HttpResponse:
        if request.user.is_authenticated:
            refuse_other_groups(page.get_view_restrictions(), request)
        return serve(page, request, *args)

    return checked


def refuse_other_groups(restrictions: Iterable[BaseViewRestriction], request: HttpRequest) -> None:
    """Refuse an authenticated user outside the groups: the login page would redirect them here in a loop."""
    for restriction in restrictions:
        if restriction.restriction_type == BaseViewRestriction.GROUPS:
            demand_second_factor(request.user)
            if not restriction.accept_request(request):
                raise PermissionDenied(OTHER_GROUPS)


@hooks.register("register_admin_urls")
def invitation_url() -> list[URLPattern]:
    return [path("comptes/<int:user_id>/inviter/", views.invite, name="invite_user")]


@hooks.register("register_user_listing_buttons")
def invitation_button(user: User, request_user: User) -> Iterator[Button]:
    if user.is_active and request_user.has_perm("portal_users.change_user"):
        yield Button("Envoyer l’invitation", reverse("invite_user", args=[user.pk]), icon_name="mail", priority=30)


@hooks.register("after_create_user")
def invite_new_account(request: HttpRequest, user: User) -> None:
    if send_invitation(user, invited_by=str(request.user)):
        messages.success(request, f"L’invitation est envoyée à {user.email}.")
    else:
        messages.warning(request, "Le compte est créé, mais l’invitation n’a pas pu être envoyée : renvoyez-la.")


class RefusableBulkAction(BulkAction):
    """``refused``: what is said before the reasons of a refusal, which leads back to the list."""

    refused = ""

    def form_valid(self, form: Form) -> HttpResponse:
        with refusals() as problems:
            return super().form_valid(form)
        messages.error(self.request, " ".join([self.refused, *problems]))
        return redirect(self.next_url)


@hooks.register("register_bulk_action", order=100)  # after Wagtail's own, which it replaces
class EraseBulkAction(RefusableBulkAction, DeleteBulkAction):
    """Deleting accounts from the list erases these people: all of them, or nobody if one erasure is refused."""

    refused = "Personne n’est effacé."
    display_name = "Effacer"
    aria_label = "Effacer les personnes choisies"
    template_name = "wagtailadmin/users/privacy/bulk_delete.html"

    def get_execution_context(self) -> dict[str, Any]:
        return {**super().get_execution_context(), "by": self.request.user}

    @classmethod
    @transaction.atomic
    def execute_action(cls, objects: list[User], by: User | None = None, **kwargs: Any) -> tuple[int, int]:
        people = [find_person(user.email) for user in objects]
        obstacles = [
            f"{person.user} : {obstacle}" for person in people for obstacle in erasure_obstacles(person, by=by)
        ]
        if obstacles:
            raise RefusedError(*obstacles)
        for person in people:
            erase_person(person, by=by)
        return len(people), 0


@hooks.register("register_bulk_action", order=100)
class CloseBulkAction(RefusableBulkAction, SetActiveStateBulkAction):
    """Accounts closed from the list: all of them, or none if nobody of Administration would remain."""

    refused = "Aucun compte n’est fermé."

    @classmethod
    @transaction.atomic
    def execute_action(cls, objects: list[User], **kwargs: Any) -> tuple[int, int]:
        had_one = administrators().exists()
        done = super().execute_action(objects, **kwargs)
        if had_one and not administrators().exists():
            raise RefusedError(LAST_ADMINISTRATOR)
        return done


@hooks.register("register_admin_urls")
def privacy_urls() -> list[URLPattern]:
    return privacy.urls


@hooks.register("register_reports_menu_item")
def register_data_register() -> MenuItem:
    url = reverse("data_register")
    return MenuItem(privacy.REGISTER, url, name="registre-donnees", icon_name="list-ul", order=1300)


@hooks.register("register_settings_menu_item")
def register_person_data() -> MenuItem:
    url = reverse("person_data")
    return RightMenuItem(privacy.PERSON, url, right=privacy.RIGHT, name="donnees-personne", icon_name="user", order=920)


@hooks.register("register_log_actions")
def privacy_log_actions(actions: LogActionRegistry) -> None:
    actions.register_action("portal.person_exported", "Données exportées", "Données d’une personne exportées")

    @actions.register_action("portal.person_erased")
    class ErasureFormatter(LogFormatter):
        label = "Personne effacée"

        def format_message(self, log_entry: ModelLogEntry) -> str:
            reason = log_entry.data.get("reason")
            return f"Personne effacée : {reason}" if reason else "Personne effacée à sa demande"


@hooks.register("account_erasure_obstacles")
def last_administrator(user: User) -> Iterator[str]:
    if is_last_administrator(user):
        yield LAST_ADMINISTRATOR
