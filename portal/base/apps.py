from django.apps import AppConfig


class BaseConfig(AppConfig):
    name = "portal.base"
    label = "portal_base"
    verbose_name = "Socle du portail"

    def ready(self) -> None:
        from portal.base import checks  # noqa: F401 - registers them
