"""One writing of each e-mail address stored before: no invisible character, no capital."""

from django.db import migrations

from portal.base.emails import clean_stored_emails


def clean_emails(apps, schema_editor):
    clean_stored_emails(apps, "caps_podcasts")


class Migration(migrations.Migration):
    dependencies = [("caps_podcasts", "0009_dates_to_find")]

    operations = [migrations.RunPython(clean_emails, migrations.RunPython.noop)]
