"""One writing of each e-mail address stored before: no invisible character, no capital."""

from django.db import migrations

from portal.base.emails import clean_stored_emails


def clean_emails(apps, schema_editor):
    clean_stored_emails(apps, "caps_capitalisation")


class Migration(migrations.Migration):
    dependencies = [("caps_capitalisation", "0009_messages_to_clsm")]

    operations = [migrations.RunPython(clean_emails, migrations.RunPython.noop)]
