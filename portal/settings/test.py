"""Tests: temporary files, no network, every warning an error (see pyproject.toml)."""

import atexit
import hashlib
import shutil
import tempfile
from pathlib import Path

import wagtail

from portal.settings.base import *  # noqa: F403
from portal.settings.base import BASE_DIR, INSTALLED_APPS, STORAGES, env

DEBUG = False
SECRET_KEY = "cle-de-test"  # noqa: S105
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = [*INSTALLED_APPS, "portal.demo"]


def schema_digest() -> str:
    """Name of the current schema: what was migrated once is copied until a migration changes."""
    migrations = sorted(
        path
        for package in ("portal", "network", "caps_sheets", "search")
        for path in (BASE_DIR / package).rglob("migrations/0*.py")
    )
    content = b"".join(path.read_bytes() for path in migrations)
    return hashlib.sha256(content + wagtail.__version__.encode()).hexdigest()[:12]


_FILES = Path(tempfile.mkdtemp(prefix="portal-tests-"))
atexit.register(shutil.rmtree, _FILES, ignore_errors=True)
DATABASES = {"default": env.db("DATABASE_URL", default="sqlite://:memory:")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "init_command": "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;"
    }
    DATABASES["default"]["TEST"] = {"NAME": _FILES / "portal.sqlite3"}

PRIVATE_MEDIA_ROOT = _FILES / "private"
MEDIA_ROOT = PRIVATE_MEDIA_ROOT / "mediatheque"
SEARCH_INDEX_ROOT = _FILES / "search"
ELASTICSEARCH_URL = ELASTICSEARCH_API_KEY = ""
ELASTICSEARCH_TEST_URL = env("ELASTICSEARCH_TEST_URL", default="")  # a real server, see tests/search_server
if env("ELASTICSEARCH_TEST_SERVER", default="elasticsearch") == "opensearch":
    ELASTICSEARCH_NODE_CLASS = "tests.search_server.shim.OpenSearchNode"
STORAGES["private"]["OPTIONS"]["location"] = str(PRIVATE_MEDIA_ROOT)
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WAGTAILADMIN_BASE_URL = BASE_URL = "http://testserver"
WHITENOISE_AUTOREFRESH = True
ACCOUNT_RATE_LIMITS = False
ACCOUNT_MAIL_IN_BACKGROUND = False
# Updating the search of the back office at each save takes a tenth of the time of a test, and no test needs it.
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database", "AUTO_UPDATE": False}}
