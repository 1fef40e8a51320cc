from django.apps import AppConfig


class CapitalisationConfig(AppConfig):
    name = "caps_sheets.capitalisation"
    label = "caps_capitalisation"
    verbose_name = "Capitalisation"

    def ready(self) -> None:
        from caps_sheets.capitalisation.census import registration as census

        census.register()
