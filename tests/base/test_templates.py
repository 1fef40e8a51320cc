"""Every template parses, and none carries what the content security policy would refuse."""

import re
from pathlib import Path

from django.conf import settings
from django.template import engines

ROOT = Path(settings.BASE_DIR) / "templates"
TEMPLATES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.*"))
PUBLIC = [name for name in TEMPLATES if name.endswith(".html") and not name.startswith(("wagtail", "email/"))]
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=[\"']|<script(?![^>]*\ssrc=)(?![^>]*ld\+json)", re.IGNORECASE)
ELSEWHERE = re.compile(r"<(?:link|script|img|audio|iframe)[^>]*(?:src|href)=[\"'](?:https?:)?//")


def matching(pattern: re.Pattern[str]) -> list[str]:
    return [name for name in PUBLIC if pattern.search((ROOT / name).read_text())]


def test_templates_parse() -> None:
    for name in TEMPLATES:
        engines["django"].get_template(name)


def test_nothing_inline() -> None:
    assert matching(INLINE) == []


def test_nothing_is_loaded_from_elsewhere() -> None:
    assert matching(ELSEWHERE) == []
