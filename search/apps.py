from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "search"
    label = "portal_search"
    verbose_name = "Recherche publique"

    def ready(self) -> None:
        from search import signal_handlers
        from search.documents import register
        from search.families import FAMILIES

        for family in FAMILIES:
            register(family())
        signal_handlers.connect()
