from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "portal.imports"
    label = "portal_imports"
    verbose_name = "Imports de tableaux"
