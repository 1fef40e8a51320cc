from django.apps import AppConfig


class CapitalisationConfig(AppConfig):
    name = "caps_sheets.capitalisation"
    label = "caps_capitalisation"
    verbose_name = "Capitalisation"

    def ready(self) -> None:
        from caps_sheets.capitalisation.case_files import hooks as pipeline
        from caps_sheets.capitalisation.census import hooks as census
        from caps_sheets.capitalisation.interviews import hooks as interviews
        from caps_sheets.capitalisation.proofreading import hooks

        census.register()
        pipeline.register()
        interviews.register()
        hooks.register()
