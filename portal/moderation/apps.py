from django.apps import AppConfig


class ModerationConfig(AppConfig):
    name = "portal.moderation"
    label = "portal_moderation"
    verbose_name = "Modération"
