"""Development and demonstration: nothing to configure, nothing to start."""

from portal.settings.base import *  # noqa: F403
from portal.settings.base import STORAGES, env

DEBUG = env.bool("DEBUG", default=True)
SECRET_KEY = env("SECRET_KEY", default="cle-de-developpement-sans-valeur-secrete")
ALLOWED_HOSTS = ["*"]

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
