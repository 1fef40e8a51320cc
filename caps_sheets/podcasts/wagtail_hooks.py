"""Podcasts in the back office: screens of an episode, buttons, log entries."""

from collections.abc import Iterator

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.urls import URLPattern, reverse
from wagtail import hooks
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import LogActionRegistry
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy

from caps_sheets.models import CapsSheetPage
from caps_sheets.podcasts.audience import hooks as audience_hooks  # noqa: F401
from caps_sheets.podcasts.feed_import.reader import read_feed_file
from caps_sheets.podcasts.formats.chapters import read_chapters_file
from caps_sheets.podcasts.lint import hooks as lint_hooks  # noqa: F401
from caps_sheets.podcasts.models import EpisodePage
from caps_sheets.podcasts.permissions import VOICES
from caps_sheets.podcasts.production.admin_views import urls as making_urls
from caps_sheets.podcasts.production.notifications import publication_events
from caps_sheets.podcasts.production.transcript_views import urls as transcript_urls
from caps_sheets.podcasts.production.voice_views import urls as voice_urls
from caps_sheets.podcasts.production.voices import voice_events
from caps_sheets.podcasts.takedowns import PodcastSource, coordinators_of_episode
from portal.base.readings import FileReader
from portal.moderation.takedowns.addresses import AddressSource
from portal.users.models import User

hooks.register("takedown_people", coordinators_of_episode)

#: action → label
LOGGED = {
    "prepared": "Épisode préparé à partir d’une fiche",
    "script": "Conducteur enregistré",
    "step": "Étape de préparation cochée ou décochée",
    "voice_recorded": "Autorisation de voix enregistrée",
    "voice_corrected": "Autorisation de voix corrigée",
    "voice_withdrawn": "Autorisation de voix retirée",
    "voice_file_read": "Autorisation de voix signée lue",
    "transcript": "Transcription corrigée",
}


@hooks.register("register_admin_urls")
def episode_urls() -> list[URLPattern]:
    return [*making_urls, *voice_urls, *transcript_urls]


@hooks.register("register_page_header_buttons")
def header_buttons(page: Page, user: User, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    yield from _buttons(page, user)


@hooks.register("register_page_listing_more_buttons")
def listing_buttons(page: Page, user: User, next_url: str | None = None) -> Iterator[Button]:
    yield from _buttons(page, user)


def _buttons(page: Page, user: User) -> Iterator[Button]:
    """Shown from data already read about the page and the user; each screen checks for itself."""
    if not user.has_perm(VOICES):
        return
    if page.specific_class is CapsSheetPage and page.live and PagePermissionPolicy().user_has_permission(user, "add"):
        yield Button("Préparer l’épisode", reverse("prepare_episode", args=[page.pk]), icon_name="media", priority=46)
    if page.specific_class is EpisodePage:
        places = (
            ("Préparation", "episode_making", "list-ul"),
            ("Transcription", "episode_transcript", "doc-full"),
            ("Voix et autorisations", "episode_voices", "group"),
        )
        for rank, (label, name, icon) in enumerate(places):
            yield Button(label, reverse(name, args=[page.pk]), icon_name=icon, priority=46 + rank)


@hooks.register("register_permissions")
def podcast_permissions() -> QuerySet[Permission]:
    """Lets the form of groups grant the permission on the agreements."""
    return Permission.objects.filter(content_type__app_label="caps_podcasts", codename="change_voiceauthorisation")


@hooks.register("register_log_actions")
def episode_log_actions(actions: LogActionRegistry) -> None:
    for name, label in LOGGED.items():
        actions.register_action(f"podcasts.{name}", label, label)


hooks.register("notice_events", voice_events)
hooks.register("notice_events", publication_events)


@hooks.register("file_readers")
def chapters_reader() -> FileReader:
    return FileReader("chapters", read_chapters_file)


@hooks.register("file_readers")
def feed_reader() -> FileReader:
    return FileReader("feed", read_feed_file)


@hooks.register("takedown_sources")
def podcast_source() -> list[AddressSource]:
    return [PodcastSource()]
