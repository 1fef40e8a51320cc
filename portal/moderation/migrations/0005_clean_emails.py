"""One writing of each e-mail address stored before: no invisible character, no capital."""

from django.db import migrations

from portal.base.emails import clean_stored_emails


def clean_emails(apps, schema_editor):
    clean_stored_emails(apps, "portal_moderation")


class Migration(migrations.Migration):
    dependencies = [("portal_moderation", "0004_handled_reports")]

    operations = [migrations.RunPython(clean_emails, migrations.RunPython.noop)]
