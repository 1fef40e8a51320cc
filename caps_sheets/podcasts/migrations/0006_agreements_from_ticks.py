"""What the ticked box of a voice becomes: an agreement without its file, signed at the latest when the page says."""

from django.db import migrations
from django.utils import timezone

TEXT_VERSION = "reprise"


def _day(page):
    """When the agreement existed at the latest: the first publication, else the last draft."""
    moment = page.first_published_at or page.latest_revision_created_at or timezone.now()
    return timezone.localdate(moment)


def _roles(apps, page, revisions):
    """Functions whose box is ticked, on the page or in its latest draft, in the case they were written."""
    speakers = apps.get_model("caps_podcasts", "EpisodeSpeaker")
    roles = list(speakers.objects.filter(page=page, has_voice_consent=True).values_list("role", flat=True))
    latest = [revision for revision in revisions if revision.pk == page.latest_revision_id]
    drafted = [
        item["role"]
        for revision in latest
        for item in revision.content.get("speaker_items", [])
        if item.get("has_voice_consent") and item.get("role")
    ]
    return roles + [role for role in drafted if role not in roles]


def ticks_to_agreements(apps, schema_editor):
    authorisations = apps.get_model("caps_podcasts", "VoiceAuthorisation")
    all_revisions = apps.get_model("wagtailcore", "Revision")
    for page in apps.get_model("caps_podcasts", "EpisodePage").objects.all():
        revisions = list(
            all_revisions.objects.filter(
                object_id=str(page.pk), base_content_type__app_label="wagtailcore", base_content_type__model="page"
            )
        )
        for role in _roles(apps, page, revisions):
            authorisations.objects.create(episode=page, role=role, text_version=TEXT_VERSION, signed_on=_day(page))
        _forget_ticks(revisions)


def _forget_ticks(revisions):
    """Otherwise the next save of a draft would read as a change of its text."""
    for revision in revisions:
        speakers = revision.content.get("speaker_items", [])
        if any("has_voice_consent" in item for item in speakers):
            for item in speakers:
                item.pop("has_voice_consent", None)
            revision.save(update_fields=["content"])


def agreements_to_ticks(apps, schema_editor):
    speakers = apps.get_model("caps_podcasts", "EpisodeSpeaker")
    authorisations = apps.get_model("caps_podcasts", "VoiceAuthorisation")
    for held in authorisations.objects.filter(withdrawn_on=None):
        speakers.objects.filter(page=held.episode_id, role=held.role).update(has_voice_consent=True)
    authorisations.objects.filter(text_version=TEXT_VERSION, file="").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("caps_podcasts", "0005_feed_marks"),
        ("wagtailcore", "0094_alter_page_locale"),
    ]

    operations = [migrations.RunPython(ticks_to_agreements, agreements_to_ticks)]
