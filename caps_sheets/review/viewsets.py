"""Versions of the grid, edited by the Centre: one is in use at a time, and a used version never changes."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from wagtail.admin import messages
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, InlinePanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from caps_sheets.models import ReviewGrid
from caps_sheets.review.grid import next_version, put_in_use

FROZEN = "Cette version a servi à relire des fiches : elle ne change plus. Ajoutez une version, elle en partira."


class _PutsInUse:
    """The version that is ticked « en service » replaces the one before in the same save."""

    form: ModelForm

    @transaction.atomic
    def save_instance(self) -> ReviewGrid:
        wanted, self.form.instance.is_current = self.form.instance.is_current, False
        grid = super().save_instance()  # type: ignore[misc]
        if wanted:
            put_in_use(grid)
        return grid


class ReviewGridForm(WagtailAdminModelForm):
    def _get_validation_exclusions(self) -> set[str]:
        """Two versions are never in service at once: saving one withdraws the other."""
        return {*super()._get_validation_exclusions(), "is_current"}


class GridCreateView(_PutsInUse, generic.CreateView):
    """A new version starts from the one in service."""

    def get_initial_form_instance(self) -> ReviewGrid:
        return next_version()


class GridEditView(_PutsInUse, generic.EditView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        grid = ReviewGrid.objects.filter(pk=kwargs.get("pk")).first()
        if request.method != "POST" and grid and grid.has_served:
            messages.warning(request, FROZEN)
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: ModelForm) -> HttpResponse:
        if ReviewGrid.objects.get(pk=form.instance.pk).has_served:
            messages.error(self.request, FROZEN)
            return redirect("review_grids:index")
        return super().form_valid(form)


class ReviewGridViewSet(ModelViewSet):
    model = ReviewGrid
    name = "review_grids"
    url_prefix = "grilles-de-relecture"
    icon = "list-ul"
    menu_label = "Grilles de relecture"
    #: The « Capitalisation » menu belongs to a room above, known by its hook only.
    menu_hook = "register_capitalisation_menu_item"
    menu_order = 85
    add_view_class = GridCreateView
    edit_view_class = GridEditView
    copy_view_enabled = False
    inspect_view_enabled = True
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
