"""The list of the CAPS sheets in the back office: CLSM, main theme, stage, person in charge; filters and sorting.

The same columns stand in Wagtail’s own list, under the index of the sheets.
"""

from collections.abc import Callable
from typing import Any

import django_filters
from django.db.models import BooleanField, ExpressionWrapper, F, Min, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import URLPattern, path, reverse
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import DateColumn, TitleColumn
from wagtail.admin.ui.tables.pages import BulkActionsColumn, PageTitleColumn
from wagtail.admin.views.pages.listing import ExplorableIndexView
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.models import PageQuerySet
from wagtail.permissions import page_permission_policy

from caps_sheets.capitalisation.case_files.permissions import VIEW
from caps_sheets.models import CapsSheetPage, SheetClsm
from portal.base.admin_views import GuardedIndexView, LabelledColumn, RightViewSet
from portal.base.querysets import is_visible
from portal.moderation.work_lists import with_stage
from portal.users.models import User

TITLE = "Liste des fiches"


def with_progress(sheets: QuerySet[CapsSheetPage]) -> QuerySet[CapsSheetPage]:
    """``stage`` in the words of the workflow, ``person_id`` in charge, and the keys that sort."""
    clsms = SheetClsm.objects.filter(page=OuterRef("pk")).order_by().values("page")
    return with_stage(sheets).annotate(
        person_id=Coalesce("case_file__owner_id", "owner_id"),
        person_key=Coalesce("case_file__owner__sort_key", "owner__sort_key"),
        clsm_key=Subquery(clsms.annotate(key=Min("clsm__computed_sort_key")).values("key")),
    )


def sheets_of(user: User) -> QuerySet[CapsSheetPage]:
    """The sheets that ``user`` may change."""
    allowed = page_permission_policy.instances_user_has_permission_for(user, "change")
    return with_progress(CapsSheetPage.objects.filter(pk__in=allowed.order_by().values("pk")))


def person(sheet: CapsSheetPage) -> User | None:
    """Who accompanies the case file; the author of a sheet that has none."""
    case_file = getattr(sheet, "case_file", None)
    return (case_file.owner if case_file else None) or sheet.owner


def clsm_names(sheet: CapsSheetPage) -> str:
    return ", ".join(item.clsm.title for item in sheet.clsm_items.all()) or "—"


def edit_url(sheet: CapsSheetPage) -> str:
    return reverse("wagtailadmin_pages:edit", args=[sheet.pk])


class SheetFilterSet(WagtailFilterSet):
    clsm = django_filters.ChoiceFilter(label="CLSM", method="keep_clsm")
    theme = django_filters.ChoiceFilter(label="Thème principal", field_name="main_theme")
    etape = django_filters.ChoiceFilter(label="Étape", field_name="stage")
    personne = django_filters.ChoiceFilter(label="Personne", field_name="person_id")

    class Meta:
        model = CapsSheetPage
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Only what the listed sheets hold is offered, read once: callables would be read at each rendering."""
        super().__init__(*args, **kwargs)
        sheets = sheets_of(self.request.user)
        carried = SheetClsm.objects.filter(page__in=sheets.values("pk"))
        people = User.objects.filter(pk__in=sheets.values("person_id")).order_by("sort_key")
        held = list(sheets.order_by("main_theme__name").values_list("stage", "main_theme", "main_theme__name"))
        choices = {
            "clsm": carried.order_by("clsm__computed_sort_key").values_list("clsm_id", "clsm__title").distinct(),
            "theme": dict.fromkeys((pk, name) for _, pk, name in held if pk),
            "etape": [(stage, stage) for stage in sorted({stage for stage, _, _ in held if stage})],
            "personne": [(user.pk, str(user)) for user in people],
        }
        for name, offered in choices.items():
            self.filters[name].extra["choices"] = list(offered)

    def keep_clsm(self, sheets: QuerySet, name: str, value: str) -> QuerySet:
        return sheets.filter(pk__in=SheetClsm.objects.filter(clsm=value).values("page"))


class SheetListView(GuardedIndexView):
    right = VIEW
    model = CapsSheetPage
    page_title = TITLE
    header_icon = "doc-full"
    template_name = "wagtailadmin/capitalisation/case_list.html"
    index_url_name = "sheet_list:index"
    index_results_url_name = "sheet_list:index_results"
    default_ordering = "-latest_revision_created_at"
    search_fields = ["draft_title"]
    filterset_class = SheetFilterSet
    no_results_message = "Aucune fiche à montrer."
    columns = [
        TitleColumn("draft_title", label="Fiche", get_url=edit_url, sort_key="draft_title"),
        LabelledColumn("clsm", label="CLSM", accessor=clsm_names, sort_key="clsm_key"),
        LabelledColumn(
            "theme",
            label="Thème principal",
            accessor=lambda sheet: sheet.main_theme or "—",
            sort_key="main_theme__name",
        ),
        LabelledColumn("stage", label="Étape", sort_key="stage"),
        LabelledColumn("person", label="Personne", accessor=lambda sheet: person(sheet) or "—", sort_key="person_key"),
        DateColumn("latest_revision_created_at", label="Modifiée", sort_key="latest_revision_created_at"),
    ]

    def get_base_queryset(self) -> QuerySet[CapsSheetPage]:
        sheets = sheets_of(self.request.user).defer("body", "key_points")
        return sheets.select_related("main_theme", "owner", "case_file__owner").prefetch_related(
            Prefetch("clsm_items", SheetClsm.objects.select_related("clsm"))
        )

    def order_queryset(self, queryset: QuerySet[CapsSheetPage]) -> QuerySet[CapsSheetPage]:
        key = F(self.ordering.lstrip("-"))
        by = key.desc(nulls_last=True) if self.ordering.startswith("-") else key.asc(nulls_last=True)
        return queryset.order_by(by, "pk")


class SheetListViewSet(RightViewSet):
    name = "sheet_list"
    url_prefix = "fiches/liste"
    icon = "doc-full"
    menu_label = TITLE
    menu_name = "liste-fiches"
    right = VIEW

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", SheetListView.as_view(), name="index"),
            path("resultats/", SheetListView.as_view(results_only=True), name="index_results"),
        ]


def public_clsm_names(sheet: CapsSheetPage) -> str:
    """Of the rows that were read with ``is_public``: Wagtail’s list of the pages of a type has the same columns."""
    return ", ".join(item.clsm.title for item in sheet.clsm_items.all() if getattr(item, "is_public", False)) or "—"


def nothing(sheet: CapsSheetPage) -> str:
    return "—"


class OwnColumn(LabelledColumn):
    """What is shown to who may change the sheet: a coach meets the public sheets of others in Wagtail’s list.

    ``others``: sheet → what is shown to everybody else.
    """

    def __init__(self, *args: Any, others: Callable[[CapsSheetPage], str] = nothing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.others = others

    def get_cell_context_data(self, instance: CapsSheetPage, parent_context: dict[str, Any]) -> dict[str, Any]:
        context = super().get_cell_context_data(instance, parent_context)
        may_change = instance.permissions_for_user(parent_context["request"].user).can_edit()
        return context if may_change else context | {"value": self.others(instance)}


class SheetPagesView(ExplorableIndexView):
    """Wagtail’s list of the pages under the index, for bulk actions and the tree."""

    template_name = "wagtailadmin/capitalisation/sheet_pages.html"
    base_columns = [
        *(column for column in ExplorableIndexView.base_columns if isinstance(column, BulkActionsColumn)),
        *(column for column in ExplorableIndexView.base_columns if isinstance(column, PageTitleColumn)),
        OwnColumn("clsm", label="CLSM", accessor=clsm_names, others=public_clsm_names),
        LabelledColumn("theme", label="Thème principal", accessor=lambda sheet: sheet.main_theme or "—"),
        OwnColumn("stage", label="Étape"),
        OwnColumn("person", label="Personne", accessor=lambda sheet: person(sheet) or "—"),
        DateColumn("latest_revision_created_at", label="Modifiée", sort_key="latest_revision_created_at"),
    ]

    def annotate_queryset(self, pages: PageQuerySet) -> PageQuerySet:
        sheets = super().annotate_queryset(with_stage(pages))
        carried = SheetClsm.objects.select_related("clsm").annotate(
            is_public=ExpressionWrapper(is_visible("clsm"), BooleanField())
        )
        return sheets.prefetch_related("main_theme", "owner", "case_file__owner", Prefetch("clsm_items", carried))


class SheetPagesViewSet(PageViewSet):
    model = CapsSheetPage
    index_view_class = SheetPagesView
