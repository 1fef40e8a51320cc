from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "network"
    label = "network"
    verbose_name = "Réseau des CLSM"

    def ready(self) -> None:
        from network import signal_handlers  # noqa: F401
        from network.lifecycle import services  # noqa: F401 - hears of published splits
