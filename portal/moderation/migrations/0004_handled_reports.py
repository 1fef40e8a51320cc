from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("portal_moderation", "0003_reports_and_retirements")]

    operations = [
        migrations.RenameField("errorreport", "treated_at", "handled_at"),
        migrations.RenameField("errorreport", "treated_by", "handled_by"),
    ]
