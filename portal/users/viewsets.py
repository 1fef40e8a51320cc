"""Admin views of accounts and groups. Nobody grants or removes more power than they hold."""

from typing import Any, cast

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail.admin import messages
from wagtail.users.views import groups
from wagtail.users.views.users import CreateView, DeleteView, EditView, IndexView, UserViewSet

from portal.base.admin_views import say_refusal
from portal.base.errors import RefusedError
from portal.users.forms import AccountCreationForm, AccountEditForm, RoleForm
from portal.users.models import User
from portal.users.privacy.erasure import erase_person, erasure_obstacles
from portal.users.privacy.people import find_person
from portal.users.queries import ROLE_NAMES


def bound_by(request: HttpRequest, form: forms.ModelForm) -> forms.ModelForm:
    """The form, where only a superuser gives or removes the superuser status."""
    power = form.fields.get("is_superuser")  # Wagtail leaves it out of the form of one’s own account
    if power and not request.user.is_superuser:
        power.disabled, power.help_text = True, "Se donne seulement par un compte d’administration technique."
    return form


def is_out_of_reach(account: User, user: User | AnonymousUser) -> bool:
    """Changing the e-mail address of a superuser's account takes it over: only a superuser may."""
    return account.is_superuser and not user.is_superuser


class AccountIndexView(IndexView):
    def get_edit_url(self, instance: User) -> str | None:
        return None if is_out_of_reach(instance, self.request.user) else super().get_edit_url(instance)


class AccountCreateView(CreateView):
    def get_form(self, form_class: type[forms.ModelForm] | None = None) -> forms.ModelForm:
        return bound_by(self.request, super().get_form(form_class))


class AccountEditView(EditView):
    def setup(self, request: HttpRequest, *args: object, **kwargs: object) -> None:
        super().setup(request, *args, **kwargs)
        if is_out_of_reach(self.object, cast(User, request.user)):
            raise PermissionDenied

    def get_form(self, form_class: type[forms.ModelForm] | None = None) -> forms.ModelForm:
        return bound_by(self.request, super().get_form(form_class))


class AccountDeleteView(DeleteView):
    """Deleting an account erases the person: same refusals, same traces without a name."""

    page_title = "Effacer une personne"
    success_message = "La personne est effacée."

    def get_usage_url(self) -> None:
        """No row that references the account is deleted: it stays, without a name."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        obstacles = erasure_obstacles(find_person(self.object.email), by=self.request.user)
        return {**super().get_context_data(**kwargs), "obstacles": obstacles}

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            return super().form_valid(form)
        except RefusedError as refusal:
            say_refusal(self.request, refusal)
            return self.render_to_response(self.get_context_data(form=form))

    def delete_action(self) -> None:
        erase_person(find_person(self.object.email), by=self.request.user)


class AccountViewSet(UserViewSet):
    index_view_class = AccountIndexView
    add_view_class = AccountCreateView
    edit_view_class = AccountEditView
    delete_view_class = AccountDeleteView
    delete_template_name = "wagtailadmin/users/privacy/delete.html"

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return AccountEditForm if for_update else AccountCreationForm


class RoleDeleteView(groups.DeleteView):
    def form_valid(self, form: forms.Form) -> HttpResponse:
        if self.object.name in ROLE_NAMES:
            messages.error(self.request, f"« {self.object} » est un rôle du portail : ce groupe ne se supprime pas.")
            return redirect("wagtailusers_groups:edit", self.object.pk)
        return super().form_valid(form)


class RoleViewSet(groups.GroupViewSet):
    delete_view_class = RoleDeleteView

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return RoleForm
