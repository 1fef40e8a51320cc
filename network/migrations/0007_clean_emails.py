"""One writing of each e-mail address stored before: no invisible character, no capital."""

from django.db import migrations

from portal.base.emails import clean_stored_emails


def clean_emails(apps, schema_editor):
    clean_stored_emails(apps, "network")


class Migration(migrations.Migration):
    dependencies = [("network", "0006_confirmed_labels")]

    operations = [migrations.RunPython(clean_emails, migrations.RunPython.noop)]
