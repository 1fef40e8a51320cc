"""System checks for the conventions of the project, run by Django at each start."""

import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.utils.text import camel_case_to_spaces
from wagtail.models import Page, get_page_models

OWN_LABEL_PREFIXES = ("portal_", "network", "caps_")


def is_ours(config: AppConfig) -> bool:
    """True for an app whose code is in this repository, virtual environment excluded."""
    path = Path(config.path)
    return path.is_relative_to(settings.BASE_DIR) and not any(
        part.startswith(".") or part == "site-packages" for part in path.relative_to(settings.BASE_DIR).parts
    )


def page_type_errors(page_type: type[Page]) -> Iterable[CheckMessage]:
    """A page type names its template, its allowed parents and children, and its French name."""
    try:
        get_template(page_type.template)
    except TemplateDoesNotExist:
        yield Error(
            f"Le gabarit « {page_type.template} » n’existe pas.",
            hint="Écrire templates/pages/<app>/<page>.html et le nommer dans « template ».",
            obj=page_type,
            id="portal.E001",
        )
    for attribute in ("parent_page_types", "subpage_types"):
        if attribute not in vars(page_type):
            yield Error(
                f"« {attribute} » n’est pas donné : ce type de page irait n’importe où.",
                hint="Nommer les types permis, ou [] s’il n’y en a pas.",
                obj=page_type,
                id="portal.E002",
            )
    if page_type._meta.verbose_name == camel_case_to_spaces(page_type.__name__):
        yield Error(
            "Ce type de page n’a pas de nom français.",
            hint="Donner « verbose_name » dans Meta.",
            obj=page_type,
            id="portal.E003",
        )


def app_label_errors(config: AppConfig) -> Iterable[CheckMessage]:
    """Labels are frozen by the first migration. Each starts with the name of its package, so that two apps never
    clash.
    """
    if not config.label.startswith(OWN_LABEL_PREFIXES):
        yield Error(
            f"L’étiquette « {config.label} » ne dit pas à quelle pièce appartient l’application.",
            hint=f"Commencer par {', '.join(OWN_LABEL_PREFIXES)}.",
            obj=config.name,
            id="portal.E004",
        )


@register("portal")
def check_conventions(app_configs: Iterable[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    ours = [config for config in app_configs or apps.get_app_configs() if is_ours(config)]
    labels = {config.label for config in ours}
    errors = [error for config in ours for error in app_label_errors(config)]
    for page_type in get_page_models():
        if page_type._meta.app_label in labels:
            errors.extend(page_type_errors(page_type))
    return errors


@register("portal")
def check_stored_files(app_configs: Iterable[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Uploaded files are readable by the portal and, if it sends them, by the web server through the group of the
    folder.
    """
    root = Path(settings.PRIVATE_MEDIA_ROOT)
    if not root.exists():
        return []
    mode = root.stat().st_mode
    errors: list[CheckMessage] = []
    if mode & (stat.S_IRWXO | stat.S_IWGRP):
        message = f"Le dossier des fichiers déposés ({root}) est ouvert à d’autres comptes."
        errors.append(Warning(message, hint="manage.py mend_files corrige ses droits.", id="portal.W002"))
    if settings.MEDIA_SENDFILE == "x-accel" and not mode & stat.S_ISGID:
        message = f"Le dossier des fichiers déposés ({root}) ne transmet pas son groupe : nginx n’y lira rien."
        hint = "chgrp <groupe de nginx>, puis manage.py mend_files."
        errors.append(Warning(message, hint=hint, id="portal.W003"))
    return errors
