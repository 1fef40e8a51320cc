"""``manage.py refresh_territories``: updates the profiles after ``load_territories`` loaded new data."""

from django.core.management.base import BaseCommand

from network.signal_handlers import refresh_profiles


class Command(BaseCommand):
    help = "Recalcule les départements et la population des profils publiés, après load_territories."

    def handle(self, *args: object, **options: object) -> None:
        self.stdout.write(f"Profils recalculés : {refresh_profiles()}.")
