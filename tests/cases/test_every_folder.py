"""No file from outside lies here without a test that names it."""

from tests.architecture.sources import ROOT
from tests.cases import FOLDER


def test_every_file_is_named_in_a_test():
    tests = [
        path.read_text(encoding="utf-8")
        for path in (ROOT / "tests").rglob("test_*.py")
        if "node_modules" not in path.parts
    ]
    files = [path for path in FOLDER.glob("*/*") if path.suffix != ".pyc"]
    unnamed = [path.name for path in files if not any(f'{path.name}"' in source for source in tests)]
    assert len(files) > 90 and unnamed == []
