from django.apps import AppConfig


class CapsSheetsConfig(AppConfig):
    name = "caps_sheets"
    label = "caps_sheets"
    verbose_name = "Fiches CAPS"
