"""Admin screens of the vocabularies."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views.generic import DeleteView, EditView
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button

from portal.taxonomies.forms import TermForm, ThemeForm
from portal.taxonomies.models import Term, Theme
from portal.taxonomies.usage import count_uses

COMMON_PANELS = [
    FieldPanel("description"),
    FieldPanel("synonyms"),
    FieldRowPanel([FieldPanel("order"), FieldPanel("external_code")]),
    FieldPanel("is_active"),
]


class UnusedOnlyDeleteView(DeleteView):
    """Refuses to delete what a page still uses, and lists where it is used."""

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return self._refusal() or super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return self._refusal() or super().post(request, *args, **kwargs)

    def _refusal(self) -> HttpResponse | None:
        uses = count_uses(self.object)
        if not uses:
            return None
        where = ", ".join(f"{name} ({count})" for name, count in uses.items())
        messages.error(
            self.request,
            f"« {self.object} » ne peut pas être supprimé, car il est utilisé : {where}. "
            "Pour ne plus le proposer, décochez « proposé à la saisie ».",
        )
        return redirect(reverse(self.edit_url_name, args=[self.object.pk]))


class MergeableEditView(EditView):
    """The form of a term, with a link to merge it into another."""

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        buttons = super().header_more_buttons
        if self.can_delete:
            kind = self.index_url_name.partition(":")[0]
            url = reverse("merge_item", args=[kind, self.object.pk])
            buttons.append(Button("Fusionner avec un autre", url=url, icon_name="download", priority=30))
        return buttons


class VocabularyViewSet(ModelViewSet):
    """Base class of the screens of terms and themes."""

    edit_view_class = MergeableEditView
    delete_view_class = UnusedOnlyDeleteView
    copy_view_enabled = False
    search_backend_name = None
    list_per_page = 50


class TermViewSet(VocabularyViewSet):
    model = Term
    name = "termes"
    icon = "list-ul"
    list_display = [
        "label",
        Column("get_vocabulary_display", label="vocabulaire"),
        Column("parent", label="groupe"),
        Column("order", label="ordre", sort_key="order"),
        BooleanColumn("is_active", label="proposé"),
    ]
    list_filter = ["vocabulary", "is_active"]
    search_fields = ["label", "synonyms"]
    edit_handler = ObjectList(
        [
            FieldPanel("vocabulary"),
            FieldPanel("label"),
            FieldPanel("slug", help_text="Laissez vide : il est tiré du libellé. Il ne change plus ensuite."),
            FieldPanel("parent"),
            *COMMON_PANELS,
        ],
        base_form_class=TermForm,
    )


class ThemeViewSet(VocabularyViewSet):
    model = Theme
    name = "themes"
    icon = "tag"
    list_display = [
        "name",
        Column("objective", label="objectif"),
        Column("order", label="ordre", sort_key="order"),
        BooleanColumn("shows_help", label="3114"),
        BooleanColumn("is_active", label="proposé"),
    ]
    list_filter = ["objective", "shows_help", "is_active"]
    search_fields = ["name", "synonyms"]
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            FieldPanel("slug", help_text="Laissez vide : il est tiré du nom. Il ne change plus ensuite."),
            FieldPanel("objective"),
            FieldPanel("shows_help"),
            *COMMON_PANELS,
        ],
        base_form_class=ThemeForm,
    )


class VocabulariesGroup(ViewSetGroup):
    menu_label = "Vocabulaires"
    menu_icon = "list-ul"
    menu_order = 700
    items = (ThemeViewSet(), TermViewSet())
