from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("caps_podcasts", "0006_agreements_from_ticks"),
    ]

    operations = [
        migrations.RemoveField(model_name="episodespeaker", name="has_voice_consent"),
    ]
