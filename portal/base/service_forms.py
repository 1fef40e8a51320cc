"""Screens of the back office that hand a form to one service."""

from typing import Any

from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.generic import FormView
from wagtail.admin import messages

from portal.base.errors import Refused


class ServiceFormView(FormView):
    """A form that calls one service: what the service refuses is said above the form, and nothing typed is lost.

    ``done``: what is said once it is carried out; ``back_url`` of the template is where it then leads.
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
