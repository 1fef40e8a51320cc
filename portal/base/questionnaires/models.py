"""What the row of an answer needs, so that two tabs never overwrite each other and no input is lost."""

from django.db import models


class TypedAnswer(models.Model):
    """Abstract: the answers of one person or body, saved field by field. Every field may be empty in a draft."""

    #: Increases at each save by a person.
    revision = models.PositiveIntegerField("révision", default=0)
    #: field → the revision that last changed it; field → the input that cannot be parsed yet, as typed.
    field_revisions = models.JSONField("révision de chaque réponse", default=dict, blank=True)
    typed = models.JSONField("saisies à corriger", default=dict, blank=True)

    class Meta:
        abstract = True
