"""Development and demonstration: nothing to configure or start. Refused in a production environment."""

from django.core.exceptions import ImproperlyConfigured

from portal.settings.base import *  # noqa: F403
from portal.settings.base import INSTALLED_APPS, STORAGES, env

if "ALLOWED_HOSTS" in env:
    raise ImproperlyConfigured(
        "ALLOWED_HOSTS est donné : ceci est un portail en ligne. Ajoutez "
        "DJANGO_SETTINGS_MODULE=portal.settings.production à son environnement ou à son fichier .env."
    )

DEBUG = env.bool("DEBUG", default=True)
SECRET_KEY = env("SECRET_KEY", default="cle-de-developpement-sans-valeur-secrete")
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = [*INSTALLED_APPS, "portal.demo"]

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
