from importlib import import_module

from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "network"
    label = "network"
    verbose_name = "Réseau des CLSM"

    def ready(self) -> None:
        import_module("network.signal_handlers")
        import_module("network.coordination.hooks").register_events()
        import_module("network.lifecycle.services")
        import_module("network.lifecycle.services").register_events()
