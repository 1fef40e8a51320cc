"""The synonyms of the search in the admin."""

from typing import Any

from django.http import HttpRequest
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import CreateView, EditView
from wagtail.admin.viewsets.model import ModelViewSet

from search.models import SynonymGroup
from search.text import clean, stems


def warn_of_repeats(request: HttpRequest, group: SynonymGroup) -> None:
    """Lists the phrases that are in another group too: allowed, since a search then uses both groups."""
    own = {tuple(stems(phrase)): phrase for phrase in group.phrase_list()}
    for other in SynonymGroup.objects.exclude(pk=group.pk):
        repeated = [own[key] for phrase in other.phrase_list() if (key := tuple(stems(phrase))) in own]
        if repeated:
            names = ", ".join(f"« {phrase} »" for phrase in repeated)
            messages.warning(
                request,
                f"{names} figure aussi dans le groupe « {other} » : une recherche de cette expression prendra les "
                "deux groupes. Réunissez-les s’ils disent la même chose.",
            )


class SynonymCreateView(CreateView):
    """``?phrases=`` prefills the form: the report of searched terms links here."""

    def get_initial(self) -> dict[str, Any]:
        phrase = clean(self.request.GET.get("phrases", ""), 80)
        return {**super().get_initial(), **({"phrases": f"{phrase}\n"} if phrase else {})}

    def save_instance(self) -> SynonymGroup:
        group = super().save_instance()
        warn_of_repeats(self.request, group)
        return group


class SynonymEditView(EditView):
    def save_instance(self) -> SynonymGroup:
        group = super().save_instance()
        warn_of_repeats(self.request, group)
        return group


class SynonymViewSet(ModelViewSet):
    """Groups of synonymous phrases; a change applies to the next search."""

    model = SynonymGroup
    name = "search_synonyms"
    url_prefix = "recherche/synonymes"
    icon = "comment"
    menu_label = "Synonymes de la recherche"
    menu_order = 890
    add_to_settings_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    add_view_class = SynonymCreateView
    edit_view_class = SynonymEditView
    search_backend_name = None
    search_fields = ["phrases", "note"]
    list_per_page = 50
    list_display = ["__str__", Column("note", label="remarque")]
    panels = [FieldPanel("phrases"), FieldPanel("note")]
