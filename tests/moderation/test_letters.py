"""The words of every notice are those that somebody has read, in each of its cases."""

from tests.moderation.letters import KEPT, letters


def test_each_notice_says_what_was_reread(tmp_path):
    """After a change of words: read what it gives, then put the new file in the place of the kept one."""
    written = letters()
    (tmp_path / KEPT.name).write_text(written, encoding="utf-8")
    assert written == KEPT.read_text(encoding="utf-8"), f"cp {tmp_path / KEPT.name} {KEPT}"
