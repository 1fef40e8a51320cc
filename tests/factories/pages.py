"""Pages written as their rows: for tests whose subject is not how a page is saved or published."""

from django.db.models import F
from django.utils import timezone
from modelcluster.models import get_all_child_m2m_relations, get_all_child_relations
from wagtail.log_actions import log
from wagtail.models import Page


def insert(parent: Page, page: Page) -> None:
    """Write ``page`` and its parts at the end of ``parent``: nothing is checked, written in its history or told.

    What a page derives from its parts when it is saved is left to the caller.
    """
    below = Page.objects.filter(path__startswith=parent.path, depth=parent.depth + 1)
    last = below.order_by("path").values_list("path", flat=True).last()
    page.path = Page(path=last)._inc_path() if last else Page._get_path(parent.path, parent.depth + 1, 1)
    page.depth, page.locale_id = parent.depth + 1, parent.locale_id
    page._set_core_field_defaults()
    page.set_url_path(parent)
    Page.objects.filter(pk=parent.pk).update(numchild=F("numchild") + 1)
    row = Page(**{field.attname: getattr(page, field.attname) for field in Page._meta.concrete_fields})
    row.save_base(raw=True, force_insert=True)
    page.pk = page.page_ptr_id = page.id = row.pk
    page.save_base(raw=True, force_insert=True)
    parts = page.__dict__.get("_cluster_related_objects", {})
    for relation in get_all_child_relations(page):
        items = parts.pop(relation.get_accessor_name(), [])
        for item in items:
            setattr(item, relation.field.name, page)
        relation.related_model._default_manager.bulk_create(items)
    for field in get_all_child_m2m_relations(page):
        link, (start, end) = field.remote_field.through, (field.m2m_field_name(), field.m2m_reverse_field_name())
        items = parts.pop(field.name, [])
        link._default_manager.bulk_create([link(**{start: page, end: item}) for item in items])
    page.refresh_from_db()


def put_online(page: Page) -> None:
    """Make the latest revision of ``page`` public, and say so in its history: nothing is checked or told."""
    now = timezone.now()
    dates = {"first_published_at": now, "last_published_at": now}
    Page.objects.filter(pk=page.pk).update(
        live=True, has_unpublished_changes=False, live_revision=page.latest_revision_id, **dates
    )
    page.refresh_from_db()
    log(instance=page, action="wagtail.publish", revision=page.latest_revision)
