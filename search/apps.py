from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "search"
    label = "portal_search"
    verbose_name = "Recherche publique"

    def ready(self) -> None:
        from search import signal_handlers
        from search.actions import ActionFamily
        from search.families import FAMILIES
        from search.signal_handlers import register

        signal_handlers.connect()
        for family in FAMILIES:
            register(family())
        register(ActionFamily())
