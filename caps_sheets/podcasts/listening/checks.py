"""What Django says at start of the settings of the sounds and of the listens."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, register

from caps_sheets.podcasts.listening.agents import BadList, read_list
from portal.medialib.serving import PYTHON, X_ACCEL

OWN_MEMORY = "django.core.cache.backends.locmem.LocMemCache"


@register("portal")
def check_sound_settings(app_configs: Iterable[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    errors: list[CheckMessage] = []
    if settings.PODCAST_SENDFILE not in (PYTHON, X_ACCEL):
        message = f"PODCAST_SENDFILE vaut « {settings.PODCAST_SENDFILE} » : « {PYTHON} » ou « {X_ACCEL} »."
        errors.append(Error(message, id="portal.E006"))
    for path in settings.PODCAST_UA_LIST:
        try:
            read_list(Path(path))
        except BadList as error:
            errors.append(Error(str(error), hint="Corriger PODCAST_UA_LIST.", id="portal.E007"))
    return errors


@register("portal", deploy=True)
def check_shared_cache(app_configs: Iterable[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    if settings.CACHES["default"]["BACKEND"] != OWN_MEMORY:
        return []
    return [
        Info(
            "Le cache est propre à chaque processus : avec plusieurs, une écoute peut compter une fois par processus.",
            hint="Donner à CACHE_URL un cache commun (docs/environment.md).",
            id="portal.I001",
        )
    ]
