"""A throw-away portal: its own folder, its own database, no development help. Imported before anything of Django."""

import os
import tempfile
from pathlib import Path

import django

FOLDER = tempfile.TemporaryDirectory(prefix="portal-benchmark-")
os.environ.update(VAR_DIR=FOLDER.name, DEBUG="0", DATABASE_URL=f"sqlite:///{FOLDER.name}/portal.sqlite3")
os.environ.update(PRIVATE_MEDIA_ROOT=f"{FOLDER.name}/private", SEARCH_INDEX_ROOT=f"{FOLDER.name}/search")
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.dev"
Path(FOLDER.name, "static").mkdir()

django.setup()
