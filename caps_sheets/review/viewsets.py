"""Versions of the grid, edited by the Centre: one is in use at a time, and a used version never changes."""

from __future__ import annotations

from django.db import transaction
from django.forms import ModelForm
from django.urls import reverse
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, InlinePanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.admin.views import generic

from caps_sheets.models import ReviewGrid
from caps_sheets.models.grids import VersionedGrid
from caps_sheets.review.grid import next_version
from caps_sheets.viewsets import UnusedVersionMixin, VersionedGridViewSet

FROZEN = "Cette version a servi à relire des fiches : elle ne change plus. Ajoutez une version, elle en partira."


class _PutsInUse:
    """The version that is ticked « en service » replaces the previous one in the same save."""

    form: ModelForm

    @transaction.atomic
    def save_instance(self) -> ReviewGrid:
        wanted, self.form.instance.is_current = self.form.instance.is_current, False
        grid = super().save_instance()  # type: ignore[misc]
        if wanted:
            grid.put_in_use()
        return grid


class ReviewGridForm(WagtailAdminModelForm):
    def _get_validation_exclusions(self) -> set[str]:
        """Two versions are never in use at once: saving one withdraws the other."""
        return {*super()._get_validation_exclusions(), "is_current"}


class ReviewGridCreateView(_PutsInUse, generic.CreateView):
    """A new version starts from the one in use."""

    def get_initial_form_instance(self) -> ReviewGrid:
        return next_version()


class ReviewGridEditView(UnusedVersionMixin, _PutsInUse, generic.EditView):
    """A version that has served is shown with its criteria; nothing of it is saved."""

    frozen = FROZEN
    refused_methods = ("POST",)

    def refused_url(self, grid: VersionedGrid) -> str:
        return reverse("review_grids:index")


class ReviewGridViewSet(VersionedGridViewSet):
    model = ReviewGrid
    name = "review_grids"
    url_prefix = "grilles-de-relecture"
    icon = "list-ul"
    menu_label = "Grilles de relecture"
    add_view_class = ReviewGridCreateView
    edit_view_class = ReviewGridEditView
    list_display = ["__str__", BooleanColumn("is_current", label="En service"), "note", "created_at"]
    edit_handler = ObjectList(
        base_form_class=ReviewGridForm,
        children=[
            FieldPanel("version"),
            FieldPanel("note"),
            FieldPanel("is_current"),
            InlinePanel(
                "criteria",
                panels=[FieldPanel("category"), FieldPanel("label"), FieldPanel("help_text"), FieldPanel("key")],
                label="Critère",
                heading="Critères",
                help_text="Les catégories 1 à 3 bloquent sur « non » ; la quatrième ne bloque jamais.",
            ),
        ],
    )
