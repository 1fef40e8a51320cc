"""Where a term or a theme is used. A used one may not be deleted."""

from collections import Counter, defaultdict

from django.db import models
from modelcluster.fields import ParentalKey


def count_uses(item: models.Model) -> Counter[str]:
    """Number of pages and records that reference ``item``, by plural name.

    Follows every relation to the item: foreign keys, many-to-many tables (also those without a reverse name) and tag
    rows. What references it twice (main theme and theme) counts once: this is what a person would open. A draft that
    names the item only inside a revision is not counted.
    """
    owners: dict[type[models.Model], list[models.QuerySet]] = defaultdict(list)
    for relation in item._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ManyToOneRel):
            holder = relation.related_model
            owner, key = _seen_as(holder)
            rows = holder._base_manager.filter(**{relation.field.name: item}).order_by()
            owners[owner].append(rows.values_list(key, flat=True))
    uses: Counter[str] = Counter()
    for owner, (first, *others) in owners.items():
        if count := first.union(*others).count():
            uses[str(owner._meta.verbose_name_plural)] += count
    return uses


def _seen_as(holder: type[models.Model]) -> tuple[type[models.Model], str]:
    """The page or record that a person would open, and the column that names it: a child row stands for its page."""
    owner = holder._meta.auto_created
    fields = holder._meta.fields
    if isinstance(owner, type):
        links = (field for field in fields if isinstance(field, models.ForeignKey) and field.related_model is owner)
        return owner, next(links).attname
    parents = (field for field in fields if isinstance(field, ParentalKey))
    parent = next(parents, None)
    return (parent.related_model, parent.attname) if parent else (holder, holder._meta.pk.attname)
