"""From a published sheet to the draft of its episode, and the steps of its making."""

from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text

from caps_sheets.podcasts.models import ChecklistTick, EpisodePage, EpisodeScript
from caps_sheets.podcasts.models.rules import progress_of
from portal.medialib.models import PortalMedia
from portal.site_setup.roles import COACHING, COORDINATION, EDITING, MODERATION
from tests.factories.capitalisation import make_member
from tests.factories.medialib import make_audio, silent_mp3
from tests.factories.network import make_clsm, make_theme
from tests.factories.podcasts import make_authorisation, make_episode, make_show
from tests.factories.sheets import make_sheet
from tests.refusals import NO_RIGHT, assert_refused, summary

pytestmark = pytest.mark.django_db

CHAPTERS = "00:00:00 Ouverture\n00:00:20 Le jardin\n00:00:40 Fin"


@pytest.fixture
def show():
    return make_show()


@pytest.fixture
def member(client, show):
    member = make_member(EDITING)
    client.force_login(member)
    return member


def test_sheet_gives_the_draft_its_links_themes_voices_and_running_order(client, member, show):
    theme = make_theme(slug="prevention-du-suicide", shows_help=True)
    clsm = make_clsm()
    make_episode(season=2, number=4)
    sheet = make_sheet(clsms=[clsm], themes=[theme], interviewed_roles="Coordinatrice du CLSM, infirmière scolaire")
    address = reverse("prepare_episode", args=[sheet.pk])
    proposed = client.get(address).content.decode()
    assert "Infirmière scolaire" in proposed and "Ce qui a coincé" in proposed
    assert EpisodePage.objects.count() == 1
    response = client.post(address, {"show": show.pk})
    episode = EpisodePage.objects.get(sheet_items__sheet=sheet)
    assert response.url == reverse("episode_making", args=[episode.pk])
    draft = episode.get_latest_revision_as_object()
    assert (episode.live, episode.owner) == (False, member)
    assert (draft.title, draft.season, draft.number) == (sheet.title, 2, 5)
    assert [item.clsm for item in draft.clsm_items.all()] == [clsm]
    assert list(draft.themes.all()) == [theme]
    assert draft.content_note and draft.help_choice == EpisodePage.Help.ALWAYS
    voices = [(speaker.role, speaker.is_host) for speaker in draft.speaker_items.all()]
    assert voices == [("Animation", True), ("Coordination du CLSM", False), ("Infirmière scolaire", False)]
    segments = list(EpisodeScript.objects.get(episode=episode).segments.all())
    assert [segments[0].title, segments[1].title, segments[-1].title] == ["Ouverture", "D’où vient l’action", "Fin"]
    assert "3114" in segments[0].text and "3114" in segments[-1].text
    assert "Demain" not in {segment.title for segment in segments}
    edit = client.get(reverse("wagtailadmin_pages:edit", args=[episode.pk])).content.decode()
    assert "Reste : Conducteur prêt, Autorisations de voix" in edit


def test_one_draft_at_a_time_for_a_sheet(client, member, show):
    sheet = make_sheet()
    address = reverse("prepare_episode", args=[sheet.pk])
    client.post(address, {"show": show.pk})
    client.post(address, {"show": show.pk})
    assert EpisodePage.objects.count() == 1
    assert "déjà en préparation" in client.get(address).content.decode()


def test_address_of_the_draft_is_free_and_told_twice_is_another_episode(client, member, show):
    sheet = make_sheet()
    make_episode(sheets=[sheet], slug=sheet.slug, show=show)
    client.post(reverse("prepare_episode", args=[sheet.pk]), {"show": show.pk})
    assert sorted(EpisodePage.objects.values_list("slug", flat=True)) == [sheet.slug, f"{sheet.slug}-2"]


def test_button_and_screen_are_for_public_sheets_only(client, member):
    sheet, draft = make_sheet(), make_sheet(live=False)
    page = client.get(reverse("wagtailadmin_pages:edit", args=[sheet.pk])).content.decode()
    assert reverse("prepare_episode", args=[sheet.pk]) in page
    address = reverse("prepare_episode", args=[draft.pk])
    assert address not in client.get(reverse("wagtailadmin_pages:edit", args=[draft.pk])).content.decode()
    assert client.get(address).status_code == client.post(address).status_code == 404
    assert client.get(reverse("prepare_episode", args=[Page.objects.first().pk])).status_code == 404


@pytest.mark.parametrize("role", [MODERATION, COACHING, COORDINATION])
def test_forged_preparation_creates_nothing(client, show, role):
    sheet = make_sheet()
    client.force_login(make_member(role))
    response = client.post(reverse("prepare_episode", args=[sheet.pk]), {"show": show.pk})
    assert_refused(response, NO_RIGHT)
    assert not EpisodePage.objects.exists()


def test_finished_show_takes_no_new_episode(client, member, show):
    show.is_complete = True
    show.save()
    response = client.post(reverse("prepare_episode", args=[make_sheet().pk]), {"show": show.pk})
    assert_refused(response, NO_RIGHT)
    assert not EpisodePage.objects.exists()


def test_steps_are_seen_or_ticked(client, member):
    episode = make_episode(live=False, speakers=[{"role": "Élue"}], chapters=CHAPTERS)
    address = reverse("episode_making", args=[episode.pk])
    steps = {one.step.key: one.is_done for one in client.get(address).context["steps"]}
    seen = {"transcription", "chapitres", "note"}
    assert {key for key, is_done in steps.items() if is_done} == seen
    make_authorisation(episode, role="Élue")
    for _ in range(2):
        client.post(address, {"step": "montage", "done": "1"})
    assert ChecklistTick.objects.get().by == member
    context = client.get(address).context
    assert {one.step.key for one in context["steps"] if one.is_done} == {*seen, "autorisations", "montage"}
    client.post(address, {"step": "montage", "done": "0"})
    for step in ("transcription", "inconnue"):
        assert "Rien n’est enregistré" in summary(client.post(address, {"step": step, "done": "1"}))
    assert not ChecklistTick.objects.exists()


def test_unread_or_untimed_transcript_is_not_a_step_done(client, member):
    episode = make_episode(live=False)
    address = reverse("episode_making", args=[episode.pk])
    for changes in (
        {"transcript_status": "brouillon"},
        {
            "transcript_status": "relu",
            "transcript": episode.transcript.replace("\n\n", "\n\nNOTE minutage à faire\n\n", 1),
        },
    ):
        for name, value in changes.items():
            setattr(episode, name, value)
        episode.save_revision()
        steps = {one.step.key: one.is_done for one in client.get(address).context["steps"]}
        assert not steps["transcription"]
    assert "estimés" in str(episode.publication_errors())


def script_fields(seen: str, *titles: str, **kw) -> dict:
    parts = [{"title": title, "voice": "", "minutes": "3", "text": "Une question ?"} for title in titles]
    return nested_form_data(
        {"seen": seen, "preparation": rich_text("<p>Studio</p>"), "segments": inline_formset(parts)} | kw
    )


def test_running_order_is_written_printed_and_never_overwritten(client, member):
    episode = make_episode(live=False)
    address = reverse("episode_script", args=[episode.pk])
    assert client.get(address).status_code == 200
    assert not EpisodeScript.objects.exists()
    assert client.post(address, script_fields("", "Ouverture", "Fin")).status_code == 302
    script = EpisodeScript.objects.get()
    assert script.updated_by == member
    printed = client.get(reverse("episode_script_print", args=[episode.pk])).content.decode()
    assert "6 minutes" in printed and "1. Ouverture" in printed
    refused = client.post(address, script_fields("", "Ouverture de quelqu’un d’autre"))
    assert "entre-temps" in refused.content.decode() and "quelqu’un d’autre" in refused.content.decode()
    wrong = client.post(address, script_fields(script.updated_at.isoformat(), ""))
    assert wrong.status_code == 200
    assert [segment.title for segment in script.segments.all()] == ["Ouverture", "Fin"]


@pytest.mark.parametrize("role", [COACHING, COORDINATION])
def test_screens_of_the_making_are_closed_to_those_who_may_not_edit(client, show, role):
    episode = make_episode(live=False)
    client.force_login(make_member(role))
    for name in ("episode_making", "episode_script", "episode_script_print", "episode_transcript"):
        address = reverse(name, args=[episode.pk])
        assert_refused(client.get(address), NO_RIGHT)
        assert_refused(client.post(address, {"step": "montage", "done": "1", "action": "review"}), NO_RIGHT)
    assert not ChecklistTick.objects.exists() and not EpisodeScript.objects.exists()


def test_dashboard_says_where_each_draft_stands_in_the_same_number_of_queries(
    client, member, django_assert_max_num_queries
):
    make_episode(title="Épisode public", date=date(2026, 1, 1))
    first = make_episode(live=False, title="Épisode à finir", chapters=CHAPTERS)
    first.save_revision()
    content = client.get(reverse("wagtailadmin_home")).content.decode()
    panel = content.partition("episodes-en-preparation")[2]
    assert "Épisode à finir" in panel and "4 sur 8" in panel and "Épisode public" not in panel
    client.force_login(make_member(COORDINATION))
    assert "Épisode à finir" not in client.get(reverse("wagtailadmin_home")).content.decode()


@pytest.mark.parametrize("change", ["another sound", "another file of the same sound"])
def test_what_was_heard_is_to_be_heard_again_with_another_sound(client, member, change):
    episode = make_episode(live=False, chapters=CHAPTERS, audio=make_audio(seconds=60))
    episode.save_revision()
    address = reverse("episode_making", args=[episode.pk])
    ticked = {"montage", "essai", "enregistrement"}
    for step in ticked:
        client.post(address, {"step": step, "done": "1"})
    done = lambda: {one.step.key for one in client.get(address).context["steps"] if one.is_done}  # noqa: E731
    tied = {"montage", "essai", "transcription", "chapitres"}
    assert tied | {"enregistrement"} <= done()
    if change == "another sound":
        episode.audio = make_audio(seconds=9)
        episode.save_revision()
    else:
        episode.audio.file = ContentFile(silent_mp3(9), name="autre.mp3")
        episode.audio.save()
    assert done() & (tied | {"enregistrement"}) == {"enregistrement"}
    client.post(address, {"step": "montage", "done": "1"})
    assert "montage" in done()


def test_the_sound_of_a_draft_is_read_once(client, member):
    episode = make_episode(live=False, chapters=CHAPTERS, audio=make_audio(seconds=60))
    episode.audio = make_audio(seconds=50)
    episode.save_revision()
    for step in ("montage", "essai"):
        client.post(reverse("episode_making", args=[episode.pk]), {"step": step, "done": "1"})
    episode = EpisodePage.objects.get(pk=episode.pk)
    with CaptureQueriesContext(connection) as queries:
        done = {each.step.key for each in progress_of(episode, date(2026, 1, 1)) if each.is_done}
    assert {"montage", "essai", "chapitres"} <= done
    assert sum(f'FROM "{PortalMedia._meta.db_table}"' in query["sql"] for query in queries) == 1
