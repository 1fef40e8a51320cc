"""The words of every notice are those that somebody has read, in each of its cases."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from tests.moderation.letters import KEPT, letters

TEXTS = sorted((Path(settings.BASE_DIR) / "templates").rglob("*.txt"))
#: A plain space where French wants one that keeps the mark beside its word.
MAY_BREAK = re.compile(r"« | (?=[»:;!?])")


def test_each_notice_says_what_was_reread(tmp_path):
    """After a change of words: read what it gives, then put the new file in the place of the kept one."""
    written = letters()
    (tmp_path / KEPT.name).write_text(written, encoding="utf-8")
    assert written == KEPT.read_text(encoding="utf-8"), f"cp {tmp_path / KEPT.name} {KEPT}"


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_no_line_ends_between_a_mark_and_its_word(path: Path):
    """In the notices and the e-mails: non-breaking spaces inside « » and before : ; ! ?"""
    text = re.sub(r"{[%{#].*?[%}#]}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert [line for line in text.splitlines() if MAY_BREAK.search(line)] == []


def test_the_spaces_reach_the_subject():
    assert "Bon à publier\xa0: «\xa0[sheet]\xa0»" in letters()
