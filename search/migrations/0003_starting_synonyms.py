"""The synonyms that editors start from."""

from django.db import migrations

from search.synonyms import starting_groups


def load(apps, schema_editor):
    group = apps.get_model("portal_search", "SynonymGroup")
    group.objects.bulk_create(group(phrases="\n".join(phrases)) for phrases in starting_groups())
    apps.get_model("portal_search", "ReferenceStamp").objects.update_or_create(pk=1, defaults={"stamp": "initial"})


class Migration(migrations.Migration):
    dependencies = [("portal_search", "0002_synonyms_and_stamp")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
