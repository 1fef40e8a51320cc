from django.apps import AppConfig


class ModerationConfig(AppConfig):
    name = "portal.moderation"
    label = "portal_moderation"
    verbose_name = "Modération"

    def ready(self) -> None:
        from portal.moderation import signal_handlers

        signal_handlers.silence_wagtail_mails()
