from django.apps import AppConfig


class SpaceConfig(AppConfig):
    name = "portal.space"
    label = "portal_space"
    verbose_name = "Mon CLSM"
