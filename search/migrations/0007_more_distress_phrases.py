"""A group added to the starting phrases of distress, for the portals that already keep theirs.

What the Centre changed or removed in its own groups stays so: a group is added whole, and once.
"""

from django.db import migrations

from search.distress import starting_groups

ADDED = "Préparatifs et absence, pour soi ou pour un proche"


def add(apps, schema_editor):
    model = apps.get_model("portal_search", "DistressPhraseGroup")
    if model.objects.filter(title=ADDED).exists():  # a new portal started with it
        return
    model.objects.bulk_create(model(**group._asdict()) for group in starting_groups() if group.title == ADDED)
    apps.get_model("portal_search", "ReferenceStamp").objects.filter(pk=1).update(stamp="0007")


class Migration(migrations.Migration):
    dependencies = [("portal_search", "0006_distress_phrases")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
