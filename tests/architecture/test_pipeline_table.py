"""The table of the documentation is the one that the code gives."""

from django.core.management import call_command

from portal.home.management.commands.write_pipeline_table import DOCUMENT
from portal.home.pipeline_table import START, actors_by_role, updated
from portal.home.roles import ROLES


def test_the_table_is_current():
    text = DOCUMENT.read_text(encoding="utf-8")
    assert START in text
    assert text == updated(text), "make it current with: python manage.py write_pipeline_table"


def test_an_old_table_is_drawn_again(tmp_path, monkeypatch, capsys):
    copy = tmp_path / "capitalisation.md"
    text = DOCUMENT.read_text(encoding="utf-8")
    copy.write_text(text.replace("Passer au cadrage", "Ancienne décision"), encoding="utf-8")
    monkeypatch.setattr("portal.home.management.commands.write_pipeline_table.DOCUMENT", copy)
    call_command("write_pipeline_table")
    assert copy.read_text(encoding="utf-8") == text


def test_every_role_has_its_column():
    header = next(
        line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if line.startswith("| Étape | Déc")
    )
    assert header.endswith(f"| {' | '.join(role.name for role in ROLES)} |")
    assert set(actors_by_role()) == {role.name for role in ROLES}
