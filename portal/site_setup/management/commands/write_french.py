"""Writes the portal's own French over that of Wagtail and its libraries."""

import subprocess
from typing import Any

from django.core.management.base import BaseCommand

from portal.site_setup import french


class Command(BaseCommand):
    help = "Réécrit portal/locale d’après les bibliothèques installées (après une mise à jour ; demande gettext)."

    def handle(self, *args: Any, **options: Any) -> None:
        for domain in french.DOMAINS:
            source, compiled = french.path(domain, "po"), french.path(domain, "mo")
            source.parent.mkdir(parents=True, exist_ok=True)
            source.write_text(french.as_po(domain), encoding="utf-8")
            subprocess.run(["msgfmt", "--output-file", compiled, source], check=True)  # noqa: S603, S607
            self.stdout.write(f"{domain} : {len(french.own_catalogue(domain))} messages.")
