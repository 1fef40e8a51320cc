"""The campaigns of the census in the back office: dates of each edition, where the CLSMs stand, reminders."""

from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

import django_filters
from django import forms
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.log_actions import log

from caps_sheets.capitalisation.census import campaign
from caps_sheets.capitalisation.census.deadlines import dates
from caps_sheets.capitalisation.census.reminders import ALL, GROUPS, audiences, preview, remind
from caps_sheets.capitalisation.census.transitions import DECIDES
from caps_sheets.capitalisation.models import CensusAnswer, CensusEdition
from network.coordination.admin_views import RIGHT
from network.models import ClsmPage
from network.models.covered_area import moderators_by_clsm
from portal.base.admin_views import LabelledColumn, ObjectGuard, ObjectView, ServiceFormView
from portal.base.plurals import agreed
from portal.users.models import User

TITLE = "Campagnes de recensement"
EDITED = "capitalisation.census_edition"


def campaign_url(edition: CensusEdition) -> str:
    return reverse("census_campaigns:campaign", args=[edition.pk])


def list_url(edition: CensusEdition, **filters: str) -> str:
    """The list of the CLSMs under ``filters``, without the empty ones."""
    query = urlencode({name: value for name, value in filters.items() if value})
    return reverse("census_campaigns:clsms", args=[edition.pk]) + (f"?{query}" if query else "")


class CampaignsView(ObjectView):
    right = DECIDES
    page_title = TITLE
    header_icon = "calendar"
    template_name = "wagtailadmin/census/campaigns.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "editions": CensusEdition.objects.all(), "today": today()}


class CampaignGuard(ObjectGuard):
    """The URL names the edition."""

    right = DECIDES
    header_icon = "calendar"
    edition: CensusEdition

    def find(self) -> None:
        self.edition = get_object_or_404(CensusEdition, pk=self.kwargs["pk"])

    def crumbs(self) -> list[dict[str, Any]]:
        return [
            {"url": reverse("census_campaigns:index"), "label": TITLE},
            {"url": campaign_url(self.edition), "label": str(self.edition)},
        ]

    def object_context(self) -> dict[str, Any]:
        return {"edition": self.edition, "dates": dates(self.edition, today())}

    def get_success_url(self) -> str:
        return campaign_url(self.edition)


class CampaignView(CampaignGuard, ObjectView):
    """The counts, each with the list that it opens, and the groups that may be reminded."""

    template_name = "wagtailadmin/census/campaign.html"

    def get_page_title(self) -> str:
        return str(self.edition)

    def crumbs(self) -> list[dict[str, Any]]:
        return super().crumbs()[:-1]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = campaign.progress(self.edition, today())
        waiting = found.whole.counts
        groups = {
            campaign.NOT_BEGUN: ("ceux qui n’ont pas commencé", waiting[campaign.NOT_BEGUN]),
            campaign.BEGUN: ("ceux qui ont commencé sans envoyer", waiting[campaign.BEGUN]),
        }
        address = reverse("census_campaigns:remind", args=[self.edition.pk])
        return {
            **super().get_context_data(**kwargs),
            "standings": campaign.PLURALS,
            "whole": self.cells(found.whole, ""),
            "tables": [
                ("Par région", "Région", [(line, self.cells(line, "region")) for line in found.regions]),
                ("Par modérateur ou modératrice", "Modération",
                 [(line, self.cells(line, "moderateur")) for line in found.moderators]),
            ],
            "is_open": self.edition.is_open(today()),
            "reminds": [
                (f"Relancer {label}", f"{address}?groupe={group}", number)
                for group, (label, number) in groups.items() if number
            ],
        }  # fmt: skip

    def cells(self, line: campaign.Line, name: str) -> list[tuple[str, int, str]]:
        """(label, number, URL of the list), the total last."""
        filters = {name: line.key} if name else {}
        labels = (campaign.STANDINGS, campaign.PLURALS)
        cells = [
            (labels[line.counts[key] > 1][key], line.counts[key], list_url(self.edition, situation=key, **filters))
            for key in campaign.STANDINGS
        ]
        return [*cells, ("en tout", line.total, list_url(self.edition, **filters))]


class ClsmFilterSet(WagtailFilterSet):
    situation = django_filters.ChoiceFilter(
        label="Situation", choices=list(campaign.STANDINGS.items()), field_name="standing"
    )
    region = django_filters.ChoiceFilter(label="Région", method="keep_region")
    moderateur = django_filters.ChoiceFilter(label="Modération", method="keep_moderator")
    poste = django_filters.ChoiceFilter(
        label="Coordination", choices=[("vacant", "personne n’est en poste")], method="keep_vacant"
    )

    class Meta:
        model = ClsmPage
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """The lists are read once: as callables, each rendering would read them again."""
        super().__init__(*args, **kwargs)
        self.filters["region"].extra["choices"] = campaign.regions()
        self.filters["moderateur"].extra["choices"] = campaign.moderators()

    def keep_region(self, clsms: QuerySet[ClsmPage], name: str, value: str) -> QuerySet[ClsmPage]:
        return campaign.in_region(clsms, value)

    def keep_moderator(self, clsms: QuerySet[ClsmPage], name: str, value: str) -> QuerySet[ClsmPage]:
        return campaign.moderated_by(clsms, int(value))

    def keep_vacant(self, clsms: QuerySet[ClsmPage], name: str, value: str) -> QuerySet[ClsmPage]:
        return clsms.filter(in_post=0)


class ClsmListView(CampaignGuard, IndexView):
    """The CLSMs of a campaign, filtered; the export holds the same ones."""

    model = ClsmPage
    template_name = "wagtailadmin/capitalisation/case_list.html"
    filterset_class = ClsmFilterSet
    default_ordering = "title"
    search_fields = ["title"]
    search_backend_name = None
    paginate_by = 50
    any_permission_required: list[str] = []
    no_results_message = "Aucun CLSM à montrer."
    export_headings = {
        "title": "CLSM",
        "regions": "Régions",
        "moderators": "Modération",
        "standing": "Situation",
        "sent": "Actions envoyées",
        "drafts": "Brouillons",
        "in_post": "Personnes en poste",
        "reminded_on": "Dernière relance",
    }
    list_export = list(export_headings)

    @property
    def page_title(self) -> str:
        return f"{self.edition} : les CLSM"

    @property
    def export_filename(self) -> str:
        return f"recensement-{self.edition.year}-clsm"

    def get_index_url(self) -> str:
        return list_url(self.edition)

    def get_index_results_url(self) -> str:
        return reverse("census_campaigns:clsm_results", args=[self.edition.pk])

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, *self.crumbs(), {"url": "", "label": "Les CLSM"}]

    def get_base_queryset(self) -> QuerySet[ClsmPage]:
        return campaign.followed(self.edition, today())

    @cached_property
    def moderators(self) -> dict[int, list[User]]:
        return moderators_by_clsm()

    @cached_property
    def regions(self) -> dict[int, list[str]]:
        return campaign.regions_by_clsm()

    def cell(self, clsm: ClsmPage, field: str) -> Any:
        if field == "regions":
            return ", ".join(self.regions.get(clsm.pk, []))
        if field == "moderators":
            return ", ".join(map(str, self.moderators.get(clsm.pk, [])))
        return campaign.STANDINGS[clsm.standing] if field == "standing" else getattr(clsm, field)

    def to_row_dict(self, item: ClsmPage) -> dict[str, Any]:
        return {field: self.cell(item, field) for field in self.list_export}

    @property
    def columns(self) -> list[Column]:
        def shown(field: str) -> LabelledColumn:
            return LabelledColumn(field, label=self.export_headings[field], accessor=lambda row: self.text(row, field))

        title = TitleColumn("title", label="CLSM", accessor="title", get_url=self.coordination_url)
        return [title, *(shown(field) for field in ("regions", "standing", "in_post", "reminded_on"))]

    @cached_property
    def leads_to_coordination(self) -> bool:
        return bool(self.request.user.has_perm(RIGHT))

    def coordination_url(self, clsm: ClsmPage) -> str | None:
        return reverse("network_coordination:detail", args=[clsm.pk]) if self.leads_to_coordination else None

    def text(self, clsm: ClsmPage, field: str) -> str:
        value = self.cell(clsm, field)
        if field == "in_post" and not value:
            return "poste vacant"
        if field == "reminded_on":
            return f"{value:%d/%m/%Y}" if value else "–"
        return str(value or "–")


class EditionForm(forms.ModelForm):
    class Meta:
        model = CensusEdition
        fields = ["year", "opens_on", "closes_on", "grace_days", "text", "reminder_days"]
        widgets = {
            "opens_on": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            "closes_on": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            "text": forms.Textarea({"rows": 4}),
        }

    def clean_year(self) -> int:
        """The actions know their edition by its year."""
        year, former = self.cleaned_data["year"], self.initial.get("year")
        if former and year != former and CensusAnswer.objects.filter(edition=former).exists():
            raise forms.ValidationError(f"Des actions sont déclarées pour {former} : cette année ne se change plus.")
        return int(year)


class EditionFormView(ServiceFormView):
    """A new edition, or the dates of the one that the URL names."""

    right = DECIDES
    header_icon = "calendar"
    form_class = EditionForm
    template_name = "wagtailadmin/census/edition_form.html"
    edition: CensusEdition | None = None

    def find(self) -> None:
        if "pk" in self.kwargs:
            self.edition = get_object_or_404(CensusEdition, pk=self.kwargs["pk"])

    def get_instance(self) -> CensusEdition | None:
        return self.edition

    def get_page_title(self) -> str:
        return f"Dates du recensement {self.edition.year}" if self.edition else "Ouvrir un recensement"

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"url": reverse("census_campaigns:index"), "label": TITLE}]

    def get_success_url(self) -> str:
        return campaign_url(self.edition) if self.edition else reverse("census_campaigns:index")

    def carry_out(self, form: EditionForm) -> None:
        self.edition = form.save()
        log(instance=self.edition, action=EDITED, user=self.user, data={"changed": form.changed_data})
        self.done = f"{self.edition} : {dates(self.edition, today())}"


class RemindForm(forms.Form):
    groupe = forms.ChoiceField(label="Qui relancer", choices=list(GROUPS.items()), widget=forms.RadioSelect)
    note = forms.CharField(
        label="Ajouter un mot",
        help_text="Facultatif ; il suit le texte ci-dessous, sous « Message du Centre ».",
        max_length=600,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )


class RemindView(CampaignGuard, ServiceFormView):
    """Who would receive what, with the button that sends it."""

    form_class = RemindForm
    page_title = "Relancer"
    submit_label = "Envoyer la relance"
    template_name = "wagtailadmin/census/remind.html"

    def get_initial(self) -> dict[str, Any]:
        asked = self.request.GET.get("groupe", "")
        return {"groupe": asked if asked in GROUPS else ALL}

    def carry_out(self, form: RemindForm) -> None:
        reached = remind(self.edition, form.cleaned_data["groupe"], by=self.user, note=form.cleaned_data["note"])
        self.done = said(reached.clsms, "relancé") if reached.clsms else NOBODY

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        groups = audiences(self.edition, today(), today())
        chosen = context["form"]["groupe"].value() or ALL
        context["form"].fields["groupe"].choices = [
            (group, f"{label} ({groups[group].clsms} CLSM)") for group, label in GROUPS.items()
        ]
        reached = groups.get(chosen, groups[ALL])
        subject, body = preview(self.edition, chosen, reached)
        return context | {
            "reached": reached,
            "subject": subject,
            "body": body,
            "is_open": self.edition.is_open(today()),
        }


NOBODY = "Personne à relancer : chacun a répondu, ou a déjà été relancé aujourd’hui."


def said(number: int, verb: str) -> str:
    return f"{number} CLSM {agreed(verb, number)}."


def today() -> date:
    return timezone.localdate()
