"""Admin screens of accounts: nobody grants or takes more power than they hold."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from wagtail.users.views.users import CreateView, EditView, UserViewSet

from portal.users.forms import AccountCreationForm, AccountEditForm


def bound_by(request: HttpRequest, form: forms.ModelForm) -> forms.ModelForm:
    """The form, without what only a superuser gives: the superuser's power."""
    if not request.user.is_superuser:
        form.fields.pop("is_superuser", None)
    return form


class AccountCreateView(CreateView):
    def get_form(self, form_class: type[forms.ModelForm] | None = None) -> forms.ModelForm:
        return bound_by(self.request, super().get_form(form_class))


class AccountEditView(EditView):
    """Whoever changes the address of a superuser's account takes it over: only a superuser may."""

    def setup(self, request: HttpRequest, *args: object, **kwargs: object) -> None:
        super().setup(request, *args, **kwargs)
        if self.object.is_superuser and not request.user.is_superuser:
            raise PermissionDenied

    def get_form(self, form_class: type[forms.ModelForm] | None = None) -> forms.ModelForm:
        return bound_by(self.request, super().get_form(form_class))


class AccountViewSet(UserViewSet):
    add_view_class = AccountCreateView
    edit_view_class = AccountEditView

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return AccountEditForm if for_update else AccountCreationForm
