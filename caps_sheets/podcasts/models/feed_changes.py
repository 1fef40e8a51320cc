"""Marks of the changes to the feeds since they were last built."""

from django.db import models


class FeedMark(models.Model):
    """The last save of one object shown by the feeds: a page, a sound, an image, a theme…

    There is one row per object, so that two publications at the same time never wait for each other. The sum of the
    ``token`` fields (random, so that no history gives the same sum twice) identifies a state of the whole.
    """

    kind = models.CharField("type", max_length=80)
    object_key = models.CharField("objet", max_length=40)
    token = models.BigIntegerField("marque")
    changed_at = models.DateTimeField("modifié le")

    class Meta:
        verbose_name = "marque de changement des flux"
        verbose_name_plural = "marques de changement des flux"
        constraints = [models.UniqueConstraint(fields=["kind", "object_key"], name="unique_feed_mark")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_key}"
