"""What a reader says of a file, and the command that shows it."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from wagtail import hooks

from portal.base.readings import FileReader, Reading, Remark
from tests.factories.medialib import silent_mp3


def read_file(kind: str, path) -> dict:
    out = StringIO()
    call_command("read_file", kind, str(path), stdout=out)
    return json.loads(out.getvalue())


@pytest.mark.parametrize(
    ("remark", "said"),
    [
        (Remark("ce n’est pas une date", 3, "date", "12 mai"), "Ligne 3, date : ce n’est pas une date (« 12 mai »)"),
        (Remark("colonne inconnue", cell="Ville"), "Ville : colonne inconnue"),
        (Remark("Le fichier est lu en Windows-1252"), "Le fichier est lu en Windows-1252"),
        (Remark("trop long", 1, text="a  b\n" * 60), f"Ligne 1 : trop long (« {('a b ' * 60)[:79]}… »)"),
    ],
)
def test_a_remark_names_its_place_and_the_text(remark, said):
    assert str(remark) == said


def test_a_summary_says_the_same_thing_once_with_its_lines():
    notices = [Remark("retiré", line, text=f"ligne {line}") for line in range(2, 15)]
    reading = Reading([], [*notices, Remark("encodage")], [Remark("illisible", 3)])
    assert reading.summary() == [
        "Ligne 3 : illisible",
        "Lignes 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 et 3 autres : retiré (« ligne 2 »)",
        "encodage",
    ]


def test_the_command_prints_the_three_lists(tmp_path):
    path = tmp_path / "son.mp3"
    path.write_bytes(silent_mp3(10))
    read = read_file("sound", path)
    assert read == {
        "items": [{"seconds": pytest.approx(10, abs=0.1), "type": "audio/mpeg"}],
        "notices": [],
        "errors": [],
    }


def test_a_remark_keeps_its_place_in_json(tmp_path):
    reading = Reading([{"a": 1}], [Remark("déduit", 2, "a", "un")], [Remark("illisible", 3)])
    with hooks.register_temporarily("file_readers", lambda: FileReader("essai", lambda path: reading)):
        read = read_file("essai", tmp_path)
    assert read["notices"] == [{"message": "Ligne 2, a : déduit (« un »)", "line": 2, "cell": "a", "text": "un"}]
    assert [error["line"] for error in read["errors"]] == [3]


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(CommandError, match="ne peut pas être lu"):
        read_file("sound", tmp_path / "absent.mp3")
