"""Signed links: somebody without an account opens one object, by a link sent to their e-mail address.

A room declares a subclass of ``SignedLink`` that names the object. The token is the signed identifier of the row: a
reminder can write it again, and no row stores it. Logs name the route of a request, not its URL (``portal.base.logs``).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, ClassVar, TypeVar

from django.conf import settings
from django.core import signing
from django.db import models
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_cache_control

from portal.base.emails import EmailField
from portal.base.locks import locked


class SignedLink(models.Model):
    """Abstract: one link, sent to ``address``. It works until it is revoked, expires, or its object is over."""

    #: A token opens links of its own salt only. By default, the name of the model.
    salt: ClassVar[str] = ""
    lifetime: ClassVar[timedelta]

    address = EmailField("envoyé à")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="envoyé par", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField("envoyé le", default=timezone.now)
    revoked_at = models.DateTimeField("retiré le", null=True, blank=True)

    #: Said to the holder of a revoked link.
    revoked_reason = "Ce lien a été retiré par le Centre national."

    class Meta:
        abstract = True
        ordering = ["-created_at", "-pk"]

    @property
    def expires_at(self) -> datetime:
        return self.created_at + self.lifetime

    @property
    def has_expired(self) -> bool:
        return timezone.now() >= self.expires_at

    def over_reason(self) -> str:
        """Why the object no longer waits for the holder, in a French sentence; empty while it does."""
        return ""

    def dead_reason(self, now: datetime) -> str:
        """Why the link no longer works, in a French sentence; empty while it does."""
        if self.revoked_at:
            return self.revoked_reason
        if reason := self.over_reason():
            return reason
        if now >= self.expires_at:
            day = timezone.localdate(self.expires_at)
            return f"Ce lien a expiré le {day:%d/%m/%Y}."
        return ""

    def revoke(self) -> bool:
        """Stop the link; False if it was revoked already. Called inside a transaction."""
        self.revoked_at = locked(self).revoked_at
        if self.revoked_at:
            return False
        self.revoked_at = timezone.now()
        self.save(update_fields=["revoked_at"])
        return True


Link = TypeVar("Link", bound=SignedLink)


class DeadLinkError(Exception):
    """The link is genuine and no longer works. ``reason``: a French sentence for its holder."""

    def __init__(self, link: SignedLink, reason: str) -> None:
        self.link = link
        self.reason = reason
        super().__init__(reason)


def token_of(link: SignedLink) -> str:
    return _signer(type(link)).sign_object(link.pk)


def read_token(links: models.QuerySet[Link], token: str, now: datetime | None = None) -> Link | None:
    """The link of ``token`` among ``links``; None if the signature is not that of their kind. Raises
    ``DeadLinkError``.
    """
    try:
        pk = _signer(links.model).unsign_object(token)
    except signing.BadSignature:
        return None
    link = links.filter(pk=pk).first()
    if link is not None and (reason := link.dead_reason(now or timezone.now())):
        raise DeadLinkError(link, reason)
    return link


def _signer(model: type[SignedLink]) -> signing.Signer:
    return signing.Signer(salt=model.salt or model._meta.label_lower)


def kept_private(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """For the page of a link: no cache stores it, and no search engine lists it."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        patch_cache_control(response, private=True, no_store=True)
        response["X-Robots-Tag"] = "noindex"
        return response

    return guarded
