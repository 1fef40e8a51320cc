from django.apps import AppConfig


class CapsSheetsConfig(AppConfig):
    name = "caps_sheets"
    label = "caps_sheets"
    verbose_name = "Fiches CAPS"

    def ready(self) -> None:
        from caps_sheets.lifecycle import services  # noqa: F401 - hears of merges
        from caps_sheets.lifecycle.hooks import register_events, register_section
        from caps_sheets.models import clearance
        from caps_sheets.models.review import grid_errors
        from caps_sheets.review.services import safe_messaging_errors
        from portal.moderation.notices import register

        register_events()
        register_section()
        register("grid_approved", "Grille de relecture approuvée", "les personnes qui ont écrit ou soumis la fiche")
        clearance.register(grid_errors)
        clearance.register(safe_messaging_errors)
