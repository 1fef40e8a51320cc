"""What was marked « relue » or ticked until now was about the text and the sound of that day, which are still there."""

from django.db import migrations, models

from portal.medialib.transcripts.formats import review_key

REVIEWED = "relu"
ABOUT_SOUND = ("montage", "essai")


def tie_checks(apps, schema_editor):
    versions = dict(apps.get_model("portal_medialib", "PortalMedia").objects.values_list("pk", "version"))
    ticks = apps.get_model("caps_podcasts", "ChecklistTick").objects.filter(step__in=ABOUT_SOUND)
    revisions = apps.get_model("wagtailcore", "Revision").objects
    content_types = apps.get_model("contenttypes", "ContentType").objects
    kind = content_types.filter(app_label="caps_podcasts", model="episodepage").first()

    def key(transcript, status, audio):
        return review_key(transcript or "", versions.get(audio, "")) if status == REVIEWED else ""

    for page in apps.get_model("caps_podcasts", "EpisodePage").objects.iterator():
        page.transcript_reviewed_key = key(page.transcript, page.transcript_status, page.audio_id)
        page.save(update_fields=["transcript_reviewed_key"])
        latest = page.audio_id
        for revision in revisions.filter(content_type=kind, object_id=str(page.pk)).order_by("pk"):
            content = revision.content
            latest = content.get("audio")
            content["transcript_reviewed_key"] = key(
                content.get("transcript"), content.get("transcript_status"), latest
            )
            revision.save(update_fields=["content"])
        ticks.filter(episode=page).update(content_key=versions.get(latest, ""))


class Migration(migrations.Migration):
    dependencies = [
        ("caps_podcasts", "0007_agreements_only"),
        ("portal_medialib", "0001_initial"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.AddField(
            "checklisttick",
            "content_key",
            models.CharField(blank=True, max_length=64, verbose_name="empreinte de ce qui a été entendu"),
        ),
        migrations.AddField(
            "episodepage",
            "transcript_reviewed_key",
            models.CharField(blank=True, editable=False, max_length=64, verbose_name="empreinte de ce qui a été relu"),
        ),
        migrations.RunPython(tie_checks, migrations.RunPython.noop),
    ]
