"""Creates or updates the roles. Safe to run again."""

from django.core.management.base import BaseCommand

from portal.site_setup.roles import setup_roles


class Command(BaseCommand):
    help = "Crée les rôles et leurs droits. À lancer après setup_site."

    def handle(self, *args: object, **options: object) -> None:
        for line in setup_roles() or ["Rôles déjà en place."]:
            self.stdout.write(line)
