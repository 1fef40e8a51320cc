"""Whether a file of the library may be shown at all."""

from typing import Any

from django.db import models, transaction


class TakenDownFile(models.Model):
    """Abstract: a file of the library that an emergency takes offline (``portal.moderation.takedowns``).

    Only the service of takedowns writes the column; saving an object read earlier does not put the file back.
    """

    is_taken_down = models.BooleanField("retiré en urgence", default=False, editable=False)

    class Meta:
        abstract = True

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk and not kwargs.get("update_fields"):
            stored = type(self)._base_manager.select_for_update().filter(pk=self.pk)
            self.is_taken_down = bool(stored.values_list("is_taken_down", flat=True).first())
        super().save(*args, **kwargs)
