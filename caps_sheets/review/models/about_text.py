"""What ties a decision to one text of a sheet, and to no other."""

from django.db import models
from wagtail.models import Revision

from portal.users.models import User


class AboutText(models.Model):
    """Something said of one text. ``text_key`` outlives the revision, and tells when two revisions say the same."""

    revision = models.ForeignKey(
        Revision, verbose_name="version", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    text_key = models.CharField("empreinte du texte", max_length=64, db_index=True)

    class Meta:
        abstract = True


class SignedByPerson(models.Model):
    by = models.ForeignKey(User, verbose_name="par", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField("le")

    class Meta:
        abstract = True
