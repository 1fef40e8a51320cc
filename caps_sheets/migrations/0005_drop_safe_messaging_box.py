"""Apart from the copy of the data: PostgreSQL alters no table whose rows have just changed."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("caps_sheets", "0004_safe_messaging_ticks")]

    operations = [migrations.RemoveField("capssheetpage", "is_safe_messaging_checked")]
