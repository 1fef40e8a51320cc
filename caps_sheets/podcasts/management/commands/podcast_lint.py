"""Checks a podcast feed: ours, a file, or an external one."""

import argparse
import json
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from caps_sheets.podcasts.feed_import.download import FetchError, fetch
from caps_sheets.podcasts.lint.checker import errors, lint, lint_show
from caps_sheets.podcasts.lint.document import Finding
from caps_sheets.podcasts.models import ShowPage


class Command(BaseCommand):
    help = (
        "Vérifie un flux de podcast : celui de chaque émission du portail, un fichier ou une adresse. "
        "Échec (code 1) s’il y a une erreur ; un conseil ne fait pas échouer."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        source = parser.add_mutually_exclusive_group()
        source.add_argument("--file", type=Path, help="le fichier du flux à vérifier")
        source.add_argument("--url", help="l’adresse du flux à vérifier (http ou https, jamais un réseau privé)")
        parser.add_argument("--json", action="store_true", help="écrit les constats en JSON, un objet pour tous")

    def handle(self, *args: Any, **options: Any) -> None:
        findings_by_feed = self._findings(options["file"], options["url"])
        if options["json"]:
            rows = [
                {"feed": feed, **finding.as_dict()}
                for feed, findings in findings_by_feed.items()
                for finding in findings
            ]
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2))
        else:
            for feed, findings in findings_by_feed.items():
                self._report(feed, findings)
        if errors(finding for findings in findings_by_feed.values() for finding in findings):
            raise CommandError("Ce flux a des erreurs.", returncode=1)

    def _findings(self, path: Path | None, url: str | None) -> dict[str, list[Finding]]:
        """Findings by feed."""
        try:
            if path:
                return {str(path): lint(path.read_bytes())}
            if url:
                return {url: lint(fetch(url))}
        except (OSError, FetchError) as error:
            raise CommandError(f"Le flux ne se lit pas : {error}", returncode=1) from error
        return {show.title: lint_show(show) for show in ShowPage.objects.live()}

    def _report(self, feed: str, findings: list[Finding]) -> None:
        self.stdout.write(f"{feed} : {len(findings)} constat(s)")
        for finding in findings:
            where = f" – {finding.where}" if finding.where else ""
            self.stdout.write(f"  [{finding.level}] {finding.rule}{where} : {finding.message}")
