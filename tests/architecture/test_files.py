"""What any file of the repository must look like."""

import re
from pathlib import Path

from tests.architecture.sources import ROOT, files, shown

TEXT = (".py", ".html", ".txt", ".md", ".toml", ".json", ".css", ".js", ".csv", ".yml", ".yaml", ".cfg", "")
REGISTRY = re.compile(
    r"pythonhosted\.org|pypi\.(?:org|python)|registry\.npmjs|\"resolved\":|(?<!no-emit-)index-url|/simple/|proxy\.golang"
)
MACHINE_PATH = re.compile(r"(?<![\w.*}{>-])/(?:home|root|Users|work|tmp)/\w")


def test_no_registry_address_nor_machine_path():
    found = [
        f"{shown(path)}: {match.group()}"
        for path in files(*TEXT)
        if path != Path(__file__)
        for pattern in (REGISTRY, MACHINE_PATH)
        for match in [pattern.search(path.read_text(encoding="utf-8"))]
        if match
    ]
    assert found == []


def test_every_locked_version_has_its_hash():
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        entries = re.split(r"\n(?=\S)", path.read_text(encoding="utf-8").strip())
        assert entries and all("==" in entry and "--hash=sha256:" in entry for entry in entries), shown(path)
