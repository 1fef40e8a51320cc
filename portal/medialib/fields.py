"""Model fields that point to the media library. When a file is deleted, the page remains without it."""

from django.db import models


def image_field(verbose_name: str) -> models.ForeignKey:
    return _optional("portal_medialib.PortalImage", verbose_name)


def document_field(verbose_name: str) -> models.ForeignKey:
    return _optional("portal_medialib.PortalDocument", verbose_name)


def _optional(model: str, verbose_name: str) -> models.ForeignKey:
    return models.ForeignKey(
        model, verbose_name=verbose_name, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
