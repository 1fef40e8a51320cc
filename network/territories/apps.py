from django.apps import AppConfig


class TerritoriesConfig(AppConfig):
    name = "network.territories"
    label = "network_territories"
    verbose_name = "Territoires"
