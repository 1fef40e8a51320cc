from importlib import import_module

from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "network"
    label = "network"
    verbose_name = "Réseau des CLSM"

    def ready(self) -> None:
        import_module("network.signal_handlers")
        import_module("network.coordination.events").register_events()
        import_module("network.life.splitting")
        import_module("network.life.events").register_events()
