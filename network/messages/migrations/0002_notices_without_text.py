"""Notices written before held the whole message, readable after the post had ended."""

from django.db import migrations

EVENTS = ("clsm_message_received", "centre_message_received")
TEXT = "Un message vous a été adressé sur le portail. Ouvrez le lien pour le lire et y répondre."


def remove_texts(apps, schema_editor):
    notices = apps.get_model("portal_moderation", "Notice").objects
    notices.filter(event__in=EVENTS, recipient__isnull=False).update(message=TEXT)


class Migration(migrations.Migration):
    dependencies = [("network_messages", "0001_messages"), ("portal_moderation", "0007_notice_calendar")]

    operations = [migrations.RunPython(remove_texts, migrations.RunPython.noop, elidable=True)]
