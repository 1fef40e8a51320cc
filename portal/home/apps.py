from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "portal.home"
    label = "portal_home"
    verbose_name = "Accueil et tableau de bord"
