"""The register, and the data of one person: found by e-mail address, exported, erased."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.timezone import localdate
from wagtail.admin import messages

from portal.base.admin_views import ObjectView, ServiceActionView, say_refusal
from portal.base.emails import EmailFormField
from portal.base.errors import RefusedError
from portal.users.privacy.erasure import erase_person, erasure_obstacles
from portal.users.privacy.export import as_json, as_zip, export_person
from portal.users.privacy.people import Person, find_person, traces
from portal.users.privacy.registry import processing_activities

REGISTER, PERSON = "Registre des données", "Données d’une personne"
RIGHT = "portal_users.delete_user"
NO_ADDRESS = "Indiquez l’adresse de la personne."


class AddressForm(forms.Form):
    email = EmailFormField(
        label="Adresse électronique de la personne", widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )


class RegisterView(ObjectView):
    """The personal data of the portal, generated from the declarations in the code."""

    page_title = REGISTER
    header_icon = "list-ul"
    template_name = "wagtailadmin/users/privacy/register.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "activities": processing_activities()}


class PersonScreen(ObjectView):
    """For Administration only. The e-mail address is posted, so that no server log keeps it; a search changes
    nothing.
    """

    right = RIGHT
    page_title = PERSON
    header_icon = "user"
    template_name = "wagtailadmin/users/privacy/person.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form = AddressForm(self.request.POST or None)
        context["form"] = form
        if form.is_valid():
            context |= self._found(find_person(form.cleaned_data["email"]))
        return context

    def _found(self, person: Person) -> dict[str, Any]:
        context = {"person": person, "traces": traces(person)}
        return context | {"obstacles": erasure_obstacles(person, by=self.request.user)}  # type: ignore[arg-type]


class ExportView(PersonScreen):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = AddressForm(request.POST)
        if not form.is_valid():
            messages.error(request, NO_ADDRESS)
            return redirect("person_data")
        data = export_person(find_person(form.cleaned_data["email"]), by=self.user)
        kind = "json" if request.POST.get("format") == "json" else "zip"
        content: str | bytes = as_json(data) if kind == "json" else as_zip(data)
        name = f"donnees-personnelles-{localdate():%Y-%m-%d}.{kind}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(content, content_type=f"application/{kind}", headers=headers)


class EraseView(ServiceActionView, PersonScreen):
    """A refusal shows the screen of the same person again."""

    def carry_out(self) -> None:
        form = AddressForm(self.request.POST)
        if not form.is_valid():
            raise RefusedError(NO_ADDRESS)
        if not self.request.POST.get("is_sure"):
            raise RefusedError("Cochez la case : un effacement ne se reprend pas.")
        done = erase_person(find_person(form.cleaned_data["email"]), by=self.user)
        self.done = f"La personne est effacée : {done.total()} lignes traitées."

    def get_success_url(self) -> str:
        return reverse("person_data")

    def refuse(self, refusal: RefusedError) -> HttpResponse:
        say_refusal(self.request, refusal)
        return self.render_to_response(self.get_context_data())


urls = [
    path("donnees-personnelles/registre/", RegisterView.as_view(), name="data_register"),
    path("donnees-personnelles/personne/", PersonScreen.as_view(), name="person_data"),
    path("donnees-personnelles/personne/exporter/", ExportView.as_view(), name="person_export"),
    path("donnees-personnelles/personne/effacer/", EraseView.as_view(), name="person_erase"),
]
