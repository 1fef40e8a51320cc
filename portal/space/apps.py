from django.apps import AppConfig


class SpaceConfig(AppConfig):
    name = "portal.space"
    label = "portal_space"
    verbose_name = "Mon CLSM"

    def ready(self) -> None:
        from portal.space.sections import register_sections

        register_sections()
