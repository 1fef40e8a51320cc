"""« Vie de la fiche » in the back office: one screen beside the page, with one small form for each action."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from wagtail.admin import messages
from wagtail.admin.auth import permission_denied

from caps_sheets.lifecycle import queries, services
from caps_sheets.models import CapsSheetPage, Erratum, Reuse, ReuseState
from portal.base.admin_views import ObjectView, say_refusal
from portal.base.errors import RefusedError
from portal.base.numbers import posted_number
from portal.base.querysets import visible
from portal.moderation.models import Retirement
from portal.moderation.retirement import restore, retire
from portal.users.models import User

#: Longer options would make the screen of a phone scroll sideways.
FULL_WIDTH = {"class": "w-w-full"}

SCREEN = "caps_sheets.add_sheetconfirmation"


class ErratumForm(forms.ModelForm):
    class Meta:
        model = Erratum
        fields = ["section", "text"]
        widgets = {"section": forms.Select(attrs=FULL_WIDTH), "text": forms.Textarea(attrs={"rows": 3})}


class ArchiveForm(forms.Form):
    replacement = forms.ModelChoiceField(
        queryset=CapsSheetPage.objects.none(),
        label="Remplacée par",
        required=False,
        empty_label="aucune fiche",
        widget=forms.Select(attrs=FULL_WIDTH),
    )
    reason = forms.CharField(label="Ce que lit le public", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    is_sure = forms.BooleanField(
        label="Retirer cette fiche du site, de la recherche et des flux",
        error_messages={"required": "Cochez cette case pour archiver la fiche."},
    )

    def __init__(self, *args: Any, sheet: CapsSheetPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.ModelChoiceField, self.fields["replacement"])
        field.queryset = visible(CapsSheetPage.objects.exclude(pk=sheet.pk)).order_by("title")


def confirm(request: HttpRequest, sheet: CapsSheetPage) -> str:
    services.confirm(sheet, by=cast(User, request.user))
    return "La fiche est confirmée : toujours d’actualité."


def add_erratum(request: HttpRequest, sheet: CapsSheetPage) -> str:
    form = ErratumForm(request.POST)
    if not form.is_valid():
        raise InvalidFormError("erratum_form", form)
    services.add_erratum(sheet, by=cast(User, request.user), **form.cleaned_data)
    return "L’erratum est sur la page publique."


def remove_erratum(request: HttpRequest, sheet: CapsSheetPage) -> str:
    erratum = get_object_or_404(Erratum, sheet=sheet, pk=posted_number(request.POST.get("erratum", "")))
    services.remove_erratum(erratum, by=cast(User, request.user))
    return "L’erratum est retiré."


def decide_reuse(request: HttpRequest, sheet: CapsSheetPage) -> str:
    reuse = get_object_or_404(Reuse, sheet=sheet, pk=posted_number(request.POST.get("reuse", "")))
    state = ReuseState.PUBLISHED if request.POST.get("state") == ReuseState.PUBLISHED else ReuseState.REFUSED
    services.decide(reuse, state, by=cast(User, request.user), reason=request.POST.get("reason", "")[:800])
    return "Votre décision est enregistrée ; la personne qui a proposé ce texte est prévenue."


def archive(request: HttpRequest, sheet: CapsSheetPage) -> str:
    form = ArchiveForm(request.POST, sheet=sheet)
    if not form.is_valid():
        raise InvalidFormError("archive_form", form)
    new = form.cleaned_data["replacement"]
    reason = form.cleaned_data["reason"]
    retire(sheet, replacements=[new] if new else [], reason=reason, by=cast(User, request.user))
    return "La fiche est archivée ; son adresse mène à ce qui la remplace. « Remettre en ligne » défait cela."


def restore_sheet(request: HttpRequest, sheet: CapsSheetPage) -> str:
    restore(sheet, by=cast(User, request.user))
    return "La fiche est de nouveau en ligne, à son adresse."


class InvalidFormError(Exception):
    """The posted form, to be shown again with its errors."""

    def __init__(self, name: str, form: forms.BaseForm) -> None:
        self.name, self.form = name, form
        super().__init__(name)


@dataclass(frozen=True)
class Action:
    """``right``: a permission, or the name of a method of the permissions of a page."""

    right: str
    work: Callable[[HttpRequest, CapsSheetPage], str]

    def is_open_to(self, user: User, sheet: CapsSheetPage) -> bool:
        if "." in self.right:
            return user.has_perm(self.right)
        return bool(getattr(sheet.permissions_for_user(user), self.right)())


ACTIONS = {
    "confirm": Action("caps_sheets.add_sheetconfirmation", confirm),
    "add_erratum": Action("caps_sheets.add_erratum", add_erratum),
    "remove_erratum": Action("caps_sheets.delete_erratum", remove_erratum),
    "decide_reuse": Action("caps_sheets.change_reuse", decide_reuse),
    "archive": Action("can_unpublish", archive),
    "restore": Action("can_publish", restore_sheet),
}


class LifeView(ObjectView):
    right = SCREEN
    page_title = "Vie de la fiche"
    header_icon = "history"
    template_name = "wagtailadmin/lifecycle/sheet.html"

    def find(self) -> None:
        self.sheet = get_object_or_404(CapsSheetPage, pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return self.sheet.title

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        action = ACTIONS.get(request.POST.get("action", ""))
        if action is None or not action.is_open_to(self.user, self.sheet):
            return permission_denied(request)
        try:
            done = action.work(request, self.sheet)
        except InvalidFormError as error:
            return self.render_to_response(self.get_context_data(**{error.name: error.form}))
        except RefusedError as refusal:
            say_refusal(request, refusal)
            return self.render_to_response(self.get_context_data())
        messages.success(request, done)
        return redirect("sheet_life", self.sheet.pk)

    def object_context(self) -> dict[str, Any]:
        sheet = self.sheet
        return {
            "sheet": sheet,
            "age": queries.age_of(sheet, queries.last_confirmation(sheet)),
            "errata": sheet.errata.all(),
            "reuses": sheet.reuses.select_related("clsm", "proposed_by", "decided_by"),
            "retirement": Retirement.objects.filter(page=sheet.pk).first(),
            "reports": sheet.error_reports.filter(state="nouveau").count(),
            "may": {name for name, action in ACTIONS.items() if action.is_open_to(self.user, sheet)},
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        empty = {"erratum_form": ErratumForm(), "archive_form": ArchiveForm(sheet=self.sheet)}
        return super().get_context_data(**(empty | kwargs))
