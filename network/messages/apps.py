from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "network.messages"
    label = "network_messages"
    verbose_name = "Messages aux CLSM et au Centre"

    def ready(self) -> None:
        from network.messages import signal_handlers  # noqa: F401
