from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "portal.home"
    label = "portal_home"
    verbose_name = "Accueil et tableau de bord"

    def ready(self) -> None:
        from portal.home import theme_redirects  # noqa: F401 - hears of merged themes
