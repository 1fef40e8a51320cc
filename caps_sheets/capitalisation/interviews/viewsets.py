"""Versions of the interview grid: read, copied, edited while no interview uses them, activated."""

from typing import Any

from django.db.models import Count, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn
from wagtail.admin.views import generic
from wagtail.permissions import ModelPermissionPolicy

from caps_sheets.capitalisation.interviews.grids import copy_grid, make_current
from caps_sheets.capitalisation.models import InterviewGrid, InterviewPart
from caps_sheets.models.grids import VersionedGrid
from caps_sheets.viewsets import UnusedVersionMixin, VersionedGridViewSet
from portal.base.admin_views import ServiceActionView
from portal.users.models import User

FROZEN = "Cette version a servi à un entretien : elle ne change plus. Copiez-la pour la modifier."
NAME = "interview_grids"


class GridPolicy(ModelPermissionPolicy):
    """A new version is a copy of another: nobody starts from an empty one."""

    def user_has_permission(self, user: User, action: str) -> bool:
        return action != "add" and super().user_has_permission(user, action)


POLICY = GridPolicy(InterviewGrid)


class GridIndexView(generic.IndexView):
    def get_base_queryset(self) -> QuerySet[InterviewGrid]:
        return InterviewGrid.objects.annotate(interview_count=Count("interviews"))

    def get_edit_url(self, instance: InterviewGrid) -> str:
        return reverse(f"{NAME}:inspect", args=[instance.pk])


class GridReadView(generic.InspectView):
    """The questions in the order of the interview, and the actions available on this version."""

    any_permission_required = ["change"]

    def get_fields(self) -> list[str]:
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        questions = list(self.object.questions.all())
        parts = [(part.label, [question for question in questions if question.part == part]) for part in InterviewPart]
        return {**super().get_context_data(**kwargs), "parts": parts}


class UnusedGridMixin(UnusedVersionMixin):
    frozen = FROZEN

    def refused_url(self, grid: VersionedGrid) -> str:
        return reverse(f"{NAME}:inspect", args=[grid.pk])


class InterviewGridEditView(UnusedGridMixin, generic.EditView):
    pass


class InterviewGridDeleteView(UnusedGridMixin, generic.DeleteView):
    def refusal(self, grid: VersionedGrid) -> str:
        return super().refusal(grid) or ("Cette version est en service." if grid.is_current else "")


class InterviewGridViewSet(VersionedGridViewSet):
    model = InterviewGrid
    name = NAME
    url_prefix = "capitalisation/grilles-entretien"
    icon = "clipboard-list"
    menu_label = "Grilles d’entretien"
    add_to_reference_index = False
    index_view_class = GridIndexView
    inspect_view_class = GridReadView
    edit_view_class = InterviewGridEditView
    delete_view_class = InterviewGridDeleteView
    inspect_template_name = "wagtailadmin/capitalisation/interviews/grid.html"
    list_display: list[Any] = [
        "version",
        BooleanColumn("is_current", label="en service"),
        Column("interview_count", label="entretiens"),
        Column("comment", label="ce qui change"),
        DateColumn("created_at", label="créée"),
    ]
    panels = [
        FieldPanel("comment"),
        InlinePanel(
            "questions",
            heading="Questions",
            label="Question",
            panels=[
                FieldRowPanel([FieldPanel("part"), FieldPanel("section")]),
                FieldPanel("label"),
                FieldPanel("prompts"),
            ],
        ),
    ]

    @property
    def permission_policy(self) -> GridPolicy:
        return POLICY


class GridActionView(ServiceActionView):
    """A POST on one version."""

    def find(self) -> None:
        self.grid = get_object_or_404(InterviewGrid, pk=self.kwargs["pk"])

    def allows(self) -> bool:
        return POLICY.user_has_permission(self.user, "change")

    def get_success_url(self) -> str:
        return reverse(f"{NAME}:inspect", args=[self.grid.pk])


class CopyGridView(GridActionView):
    def carry_out(self) -> None:
        self.copy = copy_grid(self.grid, by=self.user)
        self.done = f"Version {self.copy.version} préparée : modifiez-la, puis mettez-la en service."

    def get_success_url(self) -> str:
        return reverse(f"{NAME}:edit", args=[self.copy.pk])

    def refused_url(self) -> str:
        return super().get_success_url()


class UseGridView(GridActionView):
    def carry_out(self) -> None:
        make_current(self.grid, by=self.user)
        self.done = f"La version {self.grid.version} servira aux prochains entretiens."


urls: list[URLPattern] = [
    path("capitalisation/grilles-entretien/<int:pk>/copier/", CopyGridView.as_view(), name="interview_grid_copy"),
    path("capitalisation/grilles-entretien/<int:pk>/utiliser/", UseGridView.as_view(), name="interview_grid_use"),
]
