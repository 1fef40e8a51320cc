from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "portal.indicators"
    label = "portal_indicators"
    verbose_name = "Pilotage"
