"""What was agreed for a text stays agreed when only an identifier in it changes (a merge of terms or of CLSMs)."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.dispatch import receiver
from wagtail.models import Revision

from caps_sheets.models import CapsSheetPage
from caps_sheets.models.clearance import text_key
from portal.base.references import relations, revision_rewritten


@receiver(revision_rewritten, sender=CapsSheetPage)
def follow_text(revision: Revision, before: Mapping[str, Any], after: Mapping[str, Any], **kwargs: Any) -> None:
    """Grids, agreements, overrides and ticks are kept by the key of the text: give them the new one."""
    old, new = (text_key(Revision(content=dict(content))) for content in (before, after))
    for relation in relations(CapsSheetPage):
        model = relation.related_model
        if not any(field.name == "text_key" for field in model._meta.fields):
            continue
        for row in model._base_manager.filter(**{relation.field.name: revision.object_id, "text_key": old}):
            try:
                with transaction.atomic():
                    model._base_manager.filter(pk=row.pk).update(text_key=new)
            except IntegrityError:  # two texts that now say the same: what the other was given holds
                continue
