"""What a coordinator types in the steps of a profile, beside the draft of the page that holds it."""

from typing import Any

from django.db import models
from wagtail.models import Revision

from network.models.clsm import ClsmPage
from portal.base.questionnaires.models import TypedAnswer
from portal.users.models import User


class TypedProfile(TypedAnswer):
    """The values are in the latest revision of the page, which the full form of the Centre edits too. This row only
    holds what tells two people apart, and the inputs that cannot be parsed yet.
    """

    clsm = models.OneToOneField(ClsmPage, verbose_name="CLSM", on_delete=models.CASCADE, related_name="typed_profile")
    digests = models.JSONField(
        "empreinte de chaque réponse", default=dict, blank=True, help_text="Celles du brouillon la dernière fois lu."
    )
    written_revision = models.PositiveIntegerField("dernière version écrite par étapes", default=0)

    #: Not stored: who types, and the draft that the room read.
    editor: User
    latest: Revision | None
    content: dict[str, Any]
    is_changed: bool = False

    class Meta:
        verbose_name = "saisie d’un profil"
        verbose_name_plural = "saisies de profils"

    def __str__(self) -> str:
        return str(self.clsm)
