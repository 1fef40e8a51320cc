"""Every template parses, and none carries what the content security policy would refuse."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines

ROOT = Path(settings.BASE_DIR) / "templates"
TEMPLATES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.*"))
PUBLIC = [name for name in TEMPLATES if name.endswith(".html") and not name.startswith(("wagtail", "email/"))]
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=[\"']|<script(?![^>]*\ssrc=)(?![^>]*ld\+json)", re.IGNORECASE)


@pytest.mark.parametrize("name", TEMPLATES)
def test_template_parses(name: str) -> None:
    engines["django"].get_template(name)


@pytest.mark.parametrize("name", PUBLIC)
def test_template_has_nothing_inline(name: str) -> None:
    assert not INLINE.search((ROOT / name).read_text())


@pytest.mark.parametrize("name", PUBLIC)
def test_template_loads_nothing_from_elsewhere(name: str) -> None:
    source = (ROOT / name).read_text()
    assert not re.search(r"<(?:link|script|img|audio|iframe)[^>]*(?:src|href)=[\"'](?:https?:)?//", source)
