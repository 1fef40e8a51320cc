from django.apps import AppConfig


class CapsSheetsConfig(AppConfig):
    name = "caps_sheets"
    label = "caps_sheets"
    verbose_name = "Fiches CAPS"

    def ready(self) -> None:
        from caps_sheets.lifecycle import services  # noqa: F401 - hears of merges
