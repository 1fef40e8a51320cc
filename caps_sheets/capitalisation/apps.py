from django.apps import AppConfig


class CapitalisationConfig(AppConfig):
    name = "caps_sheets.capitalisation"
    label = "caps_capitalisation"
    verbose_name = "Capitalisation"

    def ready(self) -> None:
        from caps_sheets.capitalisation.case_files import signal_handlers as case_files
        from caps_sheets.capitalisation.proofreading import signal_handlers as proofreading

        case_files.connect()
        proofreading.connect()
