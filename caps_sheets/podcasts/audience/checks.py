"""System checks of the settings of sounds and listens."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Warning, register

from caps_sheets.podcasts.audience.agents import BadListError, read_list
from portal.medialib.responses import PYTHON, X_ACCEL

BACKENDS = "django.core.cache.backends."
OWN_MEMORY = f"{BACKENDS}locmem.LocMemCache"
#: They evict at random past their maximum number of entries (300 by default): a listen would then count again.
FORGETFUL = (OWN_MEMORY, f"{BACKENDS}db.DatabaseCache", f"{BACKENDS}filebased.FileBasedCache")
FEWEST_ENTRIES = 10_000  # three per listener


@register("portal")
def check_sound_settings(app_configs: Iterable[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    errors: list[CheckMessage] = []
    if settings.MEDIA_SENDFILE not in (PYTHON, X_ACCEL):
        message = f"MEDIA_SENDFILE vaut « {settings.MEDIA_SENDFILE} » : « {PYTHON} » ou « {X_ACCEL} »."
        errors.append(Error(message, id="portal.E006"))
    for path in settings.PODCAST_UA_LIST:
        try:
            read_list(Path(path))
        except BadListError as error:
            errors.append(Error(str(error), hint="Corriger PODCAST_UA_LIST.", id="portal.E007"))
    return errors


@register("portal")
def check_cache_size(app_configs: Iterable[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    cache = settings.CACHES["default"]
    entries = cache.get("OPTIONS", {}).get("MAX_ENTRIES", 300)
    if cache["BACKEND"] not in FORGETFUL or entries >= FEWEST_ENTRIES:
        return []
    return [
        Warning(
            f"Le cache ne garde que {entries} entrées : il oublierait les écoutes déjà comptées.",
            hint="Ajouter « ?max_entries=100000 » à CACHE_URL.",
            id="portal.W001",
        )
    ]


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
