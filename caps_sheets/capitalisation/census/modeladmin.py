"""The registry of the census: the only use of wagtail-modeladmin (docs/adr/0006).

Nobody creates, edits or deletes an answer here. The Centre reads, filters, exports, and changes states through
``census.services``. A draft belongs to its CLSM: no URL of the registry shows it. The filters are declared one by
one, so that the query string of the list can request nothing else.
"""

from collections.abc import Iterable
from datetime import date, datetime
from types import MethodType
from typing import Any

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.contrib.admin.utils import label_for_field, lookup_field
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.timezone import localdate
from wagtail_modeladmin.helpers import PermissionHelper
from wagtail_modeladmin.options import ModelAdmin
from wagtail_modeladmin.views import IndexView, InspectView

from caps_sheets.capitalisation.census.answer_import import COLUMNS, answer_key, list_fields
from caps_sheets.capitalisation.census.editions import Titles, twins_of
from caps_sheets.capitalisation.census.permissions import SEES
from caps_sheets.capitalisation.census.public_card import card_url
from caps_sheets.capitalisation.census.questionnaire import QUESTIONNAIRE
from caps_sheets.capitalisation.census.transitions import CENSUS, DECIDES, DRAFT, has_open_case
from caps_sheets.capitalisation.models import EDITABLE, CensusAnswer, CensusRequest, CensusState, Wish
from network.models import ClsmPage
from network.territories.models import Department, Region
from portal.base.numbers import posted_number
from portal.base.tables.lines import KEY
from portal.taxonomies.models import Theme
from portal.users.models import User

Choices = Iterable[tuple[str, str]]


class CensusFilter(SimpleListFilter):
    """One list of choices; ``lookup`` is compared with the chosen value. A forged value finds nothing."""

    lookup = ""

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return self.known()

    def known(self) -> Choices:
        raise NotImplementedError

    def has_output(self) -> bool:
        return True

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        value = self.value()
        if not value:  # « tous », as the form of the list sends it
            return queryset
        if value not in {str(known) for known, _ in self.lookup_choices}:
            return queryset.none()
        return self.narrow(queryset, value)

    def narrow(self, queryset: QuerySet, value: str) -> QuerySet:
        return queryset.filter(**{self.lookup: value})


class StateFilter(CensusFilter):
    title, parameter_name, lookup = "état", "etat", "state"

    def known(self) -> Choices:
        return [(state.value, str(state.label)) for state in CensusState if state != CensusState.DRAFT]


class ThemeFilter(CensusFilter):
    title, parameter_name = "thème", "theme"

    def known(self) -> Choices:
        used = Theme.objects.filter(main_census_answers__isnull=False) | Theme.objects.filter(
            census_answers__isnull=False
        )
        return used.distinct().order_by("name").values_list("slug", "name")

    def narrow(self, queryset: QuerySet, value: str) -> QuerySet:
        main = queryset.filter(main_theme__slug=value)
        others = CensusAnswer.themes.through.objects.filter(theme__slug=value).values("censusanswer")
        return main | queryset.filter(pk__in=others)


class RegionFilter(CensusFilter):
    title, parameter_name = "région", "region"

    def known(self) -> Choices:
        return Region.objects.order_by("name").values_list("slug", "name")

    def narrow(self, queryset: QuerySet, value: str) -> QuerySet:
        clsms = ClsmPage.departments.through.objects.filter(department__region__slug=value).values("clsmpage")
        return queryset.filter(clsm__in=clsms)


class WishFilter(CensusFilter):
    title, parameter_name, lookup = "souhait de capitalisation", "souhait", "wish"

    def known(self) -> Choices:
        return Wish.choices


class EditionFilter(CensusFilter):
    title, parameter_name, lookup = "année du recensement", "annee", "edition"

    def known(self) -> Choices:
        sent = CensusAnswer.objects.exclude(state=CensusState.DRAFT).order_by("-edition")
        return [(str(year), str(year)) for year in sent.values_list("edition", flat=True).distinct()]


class DuplicateFilter(CensusFilter):
    title, parameter_name = "doublons possibles", "doublons"

    def known(self) -> Choices:
        return [("oui", "Avec un doublon possible")]

    def narrow(self, queryset: QuerySet, value: str) -> QuerySet:
        return queryset.filter(pk__in=Titles().with_twins())


class RequestFilter(CensusFilter):
    title, parameter_name = "demandes des CLSM", "demandes"

    def known(self) -> Choices:
        return [("oui", "Avec une demande en attente")]

    def narrow(self, queryset: QuerySet, value: str) -> QuerySet:
        return queryset.filter(pk__in=CensusRequest.objects.filter(settled_at=None).values("answer"))


FILTERS = (StateFilter, ThemeFilter, RegionFilter, WishFilter, EditionFilter, DuplicateFilter, RequestFilter)

IMPORTS = "caps_capitalisation.add_censusanswer"

OPENS_CASES = "caps_capitalisation.add_casefile"

PER_PAGE = 50

#: What a cell of a spreadsheet holds as such.
NATIVE = (int, date, datetime)

#: The columns of the import, by name: what is exported is imported again unchanged.
EXPORTED = {column.name: column for column in COLUMNS}

#: The allowed parameters of the list: any other is ignored, never made into a query.
KNOWN_PARAMS = {list_filter.parameter_name for list_filter in FILTERS} | {"o", "ot", "q", "p", "export"}


class RegistryRights(PermissionHelper):
    """Reading requires one permission; every change of a row here is refused to everybody."""

    def user_can_list(self, user: User) -> bool:
        return user.has_perm(SEES)

    def user_can_inspect_obj(self, user: User, obj: CensusAnswer) -> bool:
        return user.has_perm(SEES) and obj.state != DRAFT

    def user_can_create(self, user: User) -> bool:
        return False

    def user_can_edit_obj(self, user: User, obj: CensusAnswer) -> bool:
        return False

    def user_can_delete_obj(self, user: User, obj: CensusAnswer) -> bool:
        return False


class RegistryIndexView(IndexView):
    """The list: only known filters, and the possible duplicates of the rows of the page."""

    export_headings = {"pk": "Numéro", KEY: "Identifiant"} | {name: column.label for name, column in EXPORTED.items()}

    def get_filters_params(self, params: Any = None) -> dict[str, list[str]]:
        return {name: value for name, value in super().get_filters_params(params).items() if name in KNOWN_PARAMS}

    def get_queryset(self, request: HttpRequest | None = None) -> QuerySet:
        """Called twice per page, cached: the filters and the count cost queries. An export reads the lists too."""
        if request is None:
            return self.queryset
        queryset = super().get_queryset(request)
        if self.export:
            lists = ("clsm__departments__region", *list_fields())
            return queryset.select_related("clsm", "main_theme", "previous").prefetch_related(*lists)
        self.row_count = queryset.count()
        queryset.count = MethodType(lambda rows: self.row_count, queryset)
        return queryset

    def get_base_queryset(self, request: HttpRequest | None = None) -> QuerySet:
        """The total in « sur N »: the same queryset if no filter is set."""
        queryset = super().get_base_queryset(request)
        is_whole = not self.query and not any(
            value for values in self.get_filters_params().values() for value in values
        )
        if is_whole and hasattr(self, "row_count"):
            queryset.count = MethodType(lambda rows: self.row_count, queryset)
        return queryset

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["object_list"] = list(context["object_list"])
        twins = twins_of(context["object_list"])
        for answer in context["object_list"]:
            answer.twins = twins[answer.pk]
        user = self.request.user
        links = ((DECIDES, "census_batch", "Changer l’état"), (IMPORTS, "census_import:index", "Importer"))
        query = f"?{self.request.GET.urlencode()}" if self.request.GET else ""
        context["screens"] = [
            (label, reverse(name) + (query if name == "census_batch" else ""))
            for right, name, label in links
            if user.has_perm(right)
        ]
        return context

    def get_heading(self, queryset: QuerySet, field: str) -> str:
        """The label unchanged: modeladmin capitalises each of its words."""
        return self.export_headings.get(field) or capfirst(str(label_for_field(field, self.model, self.model_admin)))

    def to_row_dict(self, item: CensusAnswer) -> dict[str, Any]:
        """An empty cell stays empty, and a zero stays a zero."""
        return {field: self.exported(field, item) for field in self.list_export}

    def exported(self, field: str, item: CensusAnswer) -> Any:
        """As the import reads it; a number and a date are such for a spreadsheet."""
        if field == KEY:
            return answer_key(item)
        column = EXPORTED.get(field)
        if column is None:
            return lookup_field(field, item, self.model_admin)[2]
        value = None if column.exported_as else column.read(item)
        return value if type(value) in NATIVE else column.exported(item)


class RegistryInspectView(InspectView):
    """One answer: everything that was declared, its history, its documents, the available decisions."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        answer = self.instance
        twins = twins_of([answer])
        case_file = getattr(answer, "case_file", None)
        return super().get_context_data(**kwargs) | {
            "answer": answer,
            "summary": QUESTIONNAIRE.summary(answer),
            "changes": answer.changes.select_related("by"),
            "documents": answer.documents.all(),
            "corrections": answer.corrections.select_related("by"),
            "requests": answer.requests.select_related("by", "settled_by"),
            "may_correct": answer.state not in EDITABLE and self.request.user.has_perm(DECIDES),
            "offered": CENSUS.offered(answer, self.request.user),
            "twins": twins.get(answer.pk, []),
            "card_url": card_url(answer),
            "case_file": case_file,
            "follows_case": has_open_case(answer),
            "may_open_case": case_file is None and self.request.user.has_perm(OPENS_CASES),
        }

    def get_fields_dict(self) -> list:
        return []  # the template reads the summary instead


class CensusRegistry(ModelAdmin):
    model = CensusAnswer
    menu_label = "Actions recensées"
    menu_icon = "list-ul"
    menu_item_name = "actions-recensees"
    add_to_admin_menu = False  # it is in the « Capitalisation » menu
    base_url_path = "recensement"
    permission_helper_class = RegistryRights
    index_view_class = RegistryIndexView
    inspect_view_class = RegistryInspectView
    index_template_name = "wagtailadmin/census/registry.html"
    inspect_template_name = "wagtailadmin/census/inspect.html"
    inspect_view_enabled = True
    history_view_enabled = False
    list_per_page = PER_PAGE
    list_select_related = ("clsm", "main_theme")
    list_display = ("title_shown", "clsm", "state", "duplicates", "main_theme", "wish_shown", "sent_on")
    index_view_extra_css = ["css/admin-census.css"]
    inspect_view_extra_css = ["css/admin-census.css"]
    list_filter = FILTERS
    search_fields = ("title", "description", "clsm__title", "carrier_name", "partners")
    ordering = ("-submitted_at", "-pk")
    empty_value_display = "–"
    export_filename = "recensement-des-actions"
    list_export = ("pk", KEY, *EXPORTED, "places", "region")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).exclude(state=DRAFT)

    def inspect_view(self, request: HttpRequest, instance_pk: str) -> HttpResponseBase:
        if not posted_number(instance_pk):
            raise Http404
        return super().inspect_view(request, instance_pk)

    @admin.display(description="Action", ordering="title")
    def title_shown(self, answer: CensusAnswer) -> str:
        return str(answer)

    @admin.display(description="Départements")
    def places(self, answer: CensusAnswer) -> str:
        return ", ".join(map(str, _departments(answer)))

    @admin.display(description="Régions")
    def region(self, answer: CensusAnswer) -> str:
        return ", ".join(dict.fromkeys(department.region.name for department in _departments(answer)))

    @admin.display(description="Doublons possibles")
    def duplicates(self, answer: CensusAnswer) -> SafeString | str:
        twins = getattr(answer, "twins", ())
        rows = ((self.url_helper.get_action_url("inspect", twin.pk), twin.title) for twin in twins[:3])
        return format_html_join(
            mark_safe("<br>"),
            '<a href="{}">{}</a>',
            rows,
        )

    @admin.display(description="Envoyée le", ordering="submitted_at")
    def sent_on(self, answer: CensusAnswer) -> str:
        return f"{localdate(answer.submitted_at):%d/%m/%Y}" if answer.submitted_at else ""

    @admin.display(description="Souhait", ordering="wish")
    def wish_shown(self, answer: CensusAnswer) -> str:
        return answer.get_wish_display()


def _departments(answer: CensusAnswer) -> list[Department]:
    return list(answer.clsm.departments.all())


registry = CensusRegistry()
