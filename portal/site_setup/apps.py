from django.apps import AppConfig


class SiteSetupConfig(AppConfig):
    name = "portal.site_setup"
    label = "portal_site_setup"
    verbose_name = "Mise en place du portail"
