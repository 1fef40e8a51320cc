"""The tables of the documentation are those that the code gives."""

import pytest
from django.core.management import call_command

from portal.site_setup.management.commands.write_tables import DOCUMENTS, FOLDER, START, updated
from portal.site_setup.pipeline_table import actors_by_role
from portal.site_setup.roles import ROLES


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_tables_are_current(name):
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert START in text
    assert text == updated(name, text), "make it current with: python manage.py write_tables"


def test_old_tables_are_drawn_again(tmp_path, monkeypatch, capsys):
    texts = {name: (FOLDER / name).read_text(encoding="utf-8") for name in DOCUMENTS}
    for name, text in texts.items():
        old = text.replace("Passer au cadrage", "Ancienne décision").replace("| Soumettre à relecture |", "| Ancien |")
        assert old != text
        (tmp_path / name).write_text(old, encoding="utf-8")
    monkeypatch.setattr("portal.site_setup.management.commands.write_tables.FOLDER", tmp_path)
    call_command("write_tables")
    assert {name: (tmp_path / name).read_text(encoding="utf-8") for name in DOCUMENTS} == texts


def test_every_role_has_its_column():
    document = (FOLDER / "capitalisation.md").read_text(encoding="utf-8")
    header = next(line for line in document.splitlines() if line.startswith("| Étape | Déc"))
    assert header.endswith(f"| {' | '.join(role.name for role in ROLES)} |")
    assert set(actors_by_role()) == {role.name for role in ROLES}
