"""Where a term or a theme is used. A used one may not be deleted."""

from collections import Counter

from django.db import models
from modelcluster.fields import ParentalKey


def count_uses(item: models.Model) -> Counter[str]:
    """Number of saved rows that reference ``item``, by plural name of what the reader sees.

    Follows every relation to the item: foreign keys, many-to-many tables (also those without a reverse name) and tag
    rows. A draft that names the item only inside a revision is not counted.
    """
    uses: Counter[str] = Counter()
    for relation in item._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel):
            continue
        holder = relation.related_model
        count = holder._base_manager.filter(**{relation.field.name: item}).count()
        if count:
            uses[str(_seen_as(holder)._meta.verbose_name_plural)] += count
    return uses


def _seen_as(holder: type[models.Model]) -> type[models.Model]:
    """The page or record that a person would open: a child row of a page counts as its page."""
    owner = holder._meta.auto_created
    if isinstance(owner, type):
        return owner
    parents = (field.related_model for field in holder._meta.fields if isinstance(field, ParentalKey))
    return next(parents, holder)
