"""The screen « Personnes »: who coordinates and who works, when they last signed in, which posts are vacant."""

from collections.abc import Iterator
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from caps_sheets.capitalisation.census.campaign import regions
from network.coordination.admin_views import RIGHT
from portal.base.admin_views import ObjectView
from portal.base.tables.writer import SheetColumn, csv_response, xlsx_response
from portal.indicators.admin_views import PER_PAGE
from portal.indicators.people import NO_ROLE, STATES, PeopleScope, people, read
from portal.users.queries import ROLE_NAMES

PEOPLE_TITLE = "Personnes"
EXPORTED = ("Nom", "CLSM ou rôle", "Dernière connexion", "Profil confirmé le", "Fraîcheur du profil", "Depuis le")
#: Who may open an account.
CHANGES_ACCOUNTS = "portal_users.change_user"


class PeopleForm(forms.Form):
    region = forms.ChoiceField(label="Région", required=False)
    role = forms.ChoiceField(
        label="Rôle",
        required=False,
        choices=[("", "Tous"), *((name, name) for name in (*ROLE_NAMES, NO_ROLE))],
    )
    etat = forms.ChoiceField(label="Situation", required=False, choices=[("", "Toutes"), *STATES.items()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["region"]).choices = [("", "Toutes"), *regions()]


class PeopleView(ObjectView):
    """``?export=csv`` or ``xlsx`` gives the same lines."""

    right = RIGHT
    page_title = PEOPLE_TITLE
    header_icon = "group"
    template_name = "wagtailadmin/indicators/people.html"

    def find(self) -> None:
        """A forged filter is said beside its field, and nobody is listed."""
        self.today = timezone.localdate()
        self.form = PeopleForm(self.request.GET)
        self.asked = self.form.cleaned_data if self.form.is_valid() else None

    def lines(self, **changes: str) -> Any:
        asked = {**(self.asked or {}), **changes}
        return people(PeopleScope(self.today, asked["region"], asked["role"], asked["etat"]))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        export = request.GET.get("export") if self.asked else None
        name = f"personnes-{self.today:%Y-%m-%d}"
        if export == "csv":
            return csv_response(name, EXPORTED, self.exported())  # type: ignore[return-value]
        if export == "xlsx":
            columns = [SheetColumn(heading, 28) for heading in EXPORTED]
            about = {"Liste": PEOPLE_TITLE, "Calculée le": self.today} | self.query()
            return xlsx_response(name, columns, self.exported(), about)  # type: ignore[return-value]
        return super().get(request, *args, **kwargs)

    def exported(self) -> Iterator[tuple[Any, ...]]:
        for line in read(self.lines()):
            name = "Poste vacant" if line.is_vacant else line.name
            yield name, line.place, line.seen_on, line.verified_on, line.level, line.since

    def query(self) -> dict[str, str]:
        return {name: value for name, value in (self.asked or {}).items() if value}

    def address(self, **changes: str) -> str:
        query = {name: value for name, value in {**self.query(), **changes}.items() if value}
        return reverse("people_list") + (f"?{urlencode(query)}" if query else "")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs) | {"form": self.form, "is_filtered": self.query()}
        if self.asked is None:
            return context
        page_obj = Paginator(self.lines(), PER_PAGE).get_page(self.request.GET.get("p"))
        return context | {
            "page_obj": page_obj,
            "people": list(read(page_obj)),
            "states": [
                (label, self.lines(etat=state).count(), self.address(etat=state)) for state, label in STATES.items()
            ],
            "address": self.address(),
            "exports": [(kind.upper(), self.address(export=kind)) for kind in ("csv", "xlsx")],
            "opens_accounts": self.user.has_perm(CHANGES_ACCOUNTS),
        }

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"url": reverse("indicators"), "label": "Pilotage"}]
