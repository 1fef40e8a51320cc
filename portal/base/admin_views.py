"""Admin views that pass a form to one service, and the menu items that a permission shows."""

from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem

from portal.base.errors import Refused


class ServiceFormView(FormView):
    """A form that calls one service. The messages of a refusal are shown above the form, and what was typed is kept.

    ``done`` is the message shown on success; ``back_url`` of the template is the page shown next.
    """

    submit_label = "Enregistrer"
    done = ""

    def form_valid(self, form: BaseForm) -> HttpResponse:
        try:
            self.carry_out(form)
        except Refused as refusal:
            for message in refusal.messages:
                form.add_error(None, message)
            return self.form_invalid(form)
        messages.success(self.request, self.done)
        return redirect(self.get_success_url())

    def carry_out(self, form: Any) -> None:
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "submit_label": self.submit_label, "back_url": self.get_success_url()}


class RightMenuItem(MenuItem):
    """A menu item for users with one permission, « app.codename »."""

    def __init__(self, *args: Any, right: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.right = right

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(self.right)
