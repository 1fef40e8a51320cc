"""Every template parses, and none carries what the content security policy would refuse."""

import re
from pathlib import Path

from django.conf import settings
from django.template import engines

ROOT = Path(settings.BASE_DIR) / "templates"
TEMPLATES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.*"))
PUBLIC = [name for name in TEMPLATES if name.endswith(".html") and not name.startswith(("wagtail", "email/"))]
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=[\"']|<script(?![^>]*\ssrc=)(?![^>]*ld\+json)", re.IGNORECASE)
POSTED = re.compile(r"<form\b[^>]*method=\"post\".*?</form>", re.IGNORECASE | re.DOTALL)
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


def test_every_form_that_posts_has_the_field_that_lets_it() -> None:
    """Without it the form answers 403 to everybody; the test client would not see it."""
    forms = [(name, form) for name in TEMPLATES for form in POSTED.findall((ROOT / name).read_text())]
    assert len(forms) > 60
    assert [name for name, form in forms if "csrf_token" not in form] == []
