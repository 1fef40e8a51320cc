"""One writing of each e-mail address stored before: no invisible character, no capital."""

from django.db import migrations

from portal.base.emails import clean_stored_emails


def clean_emails(apps, schema_editor):
    clean_stored_emails(apps, "portal_base")


class Migration(migrations.Migration):
    dependencies = [("portal_base", "0003_news_shows_help")]

    operations = [migrations.RunPython(clean_emails, migrations.RunPython.noop)]
