from django.apps import AppConfig


class CapsSheetsConfig(AppConfig):
    name = "caps_sheets"
    label = "caps_sheets"
    verbose_name = "Fiches CAPS"

    def ready(self) -> None:
        from wagtail.signals import page_published

        from caps_sheets.lifecycle import services  # noqa: F401 - hears of merges
        from caps_sheets.lifecycle.notifications import tell_of_publication
        from caps_sheets.models import CapsSheetPage

        page_published.connect(tell_of_publication, sender=CapsSheetPage)
