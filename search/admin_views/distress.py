"""The phrases of distress in the admin."""

from wagtail.admin.panels import FieldPanel
from wagtail.admin.viewsets.model import ModelViewSet

from search.models import DistressPhraseGroup


class DistressPhraseViewSet(ModelViewSet):
    """The phrases for which a search shows the 3114 first; a change applies to the next search."""

    model = DistressPhraseGroup
    name = "search_distress"
    url_prefix = "recherche/detresse"
    icon = "warning"
    menu_label = "Expressions de détresse"
    menu_order = 891
    add_to_settings_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    search_backend_name = None
    search_fields = ["title", "phrases"]
    list_display = ["__str__"]
    panels = [
        FieldPanel("title"),
        FieldPanel("phrases"),
        FieldPanel(
            "lookalikes",
            help_text="Des mots courants, à une lettre près ceux des expressions : « prendre » n’est pas « pendre » ; "
            "l’étoile vaut aussi ici. Ou une expression toute faite par ligne, entre guillemets, telle qu’on l’écrit : "
            '« "tuer le temps" ».',
        ),
    ]
