"""Bringing in and correcting a transcript beside its sound: nothing typed is lost, nobody is overwritten."""

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from caps_sheets.podcasts.models import EpisodePage
from portal.medialib.transcripts.formats import Cue, is_waiting_for_times, parse, to_vtt
from portal.site_setup.roles import EDITING
from tests.factories.capitalisation import make_member
from tests.factories.podcasts import make_episode, make_show
from tests.refusals import NO_RIGHT, assert_refused, summary

pytestmark = pytest.mark.django_db

CUES = [Cue(float(n), n + 0.9, "Animation", f"Réplique {n}") for n in range(120)]


@pytest.fixture
def member(client):
    make_show()
    member = make_member(EDITING)
    client.force_login(member)
    return member


@pytest.fixture
def episode(member) -> EpisodePage:
    """Its sound lasts long enough for a hundred and twenty cues: three screens."""
    episode = make_episode(transcript=to_vtt(CUES[:55]))
    episode.save_revision()
    return episode


def address(episode: EpisodePage, page: int = 1) -> str:
    return f"{reverse('episode_transcript', args=[episode.pk])}?page={page}"


def draft(episode: EpisodePage) -> EpisodePage:
    return EpisodePage.objects.get(pk=episode.pk).get_latest_revision_as_object()


def fields(client, episode: EpisodePage, page: int = 1) -> dict[str, str]:
    """What the form of a screen posts when nothing is typed."""
    context = client.get(address(episode, page)).context
    posted = {"action": "cues", "seen": str(context["cues_seen"]), "page": str(page)}
    formset = context["cue_forms"]
    for bound in formset.management_form:
        posted[bound.html_name] = bound.value()
    for form in formset:
        for bound in form.visible_fields():
            value = bound.value()
            posted[bound.html_name] = "" if value is None else str(value)
    del posted[f"cue-{len(formset.forms) - 1}-DELETE"]
    return {name: value for name, value in posted.items() if not (name.endswith("DELETE") and value != "on")}


def test_cue_is_corrected_added_and_removed_and_must_be_read_again(client, episode):
    posted = fields(client, episode)
    last = int(posted["cue-TOTAL_FORMS"]) - 1
    changes = {
        "cue-0-text": "Bonjour <b>à tous</b> &\n  toutes",
        "cue-0-end": "0:00.5",
        "cue-1-speaker": " Élue  locale ",
        "cue-2-DELETE": "on",
        f"cue-{last}-start": "00:00.600",
        f"cue-{last}-end": "00:00.950",
        f"cue-{last}-text": "(Rires.)",
    }
    response = client.post(address(episode), posted | changes | {"next": "1"})
    assert response.url == address(episode, 2)
    saved = draft(episode)
    assert saved.cues[:3] == [
        Cue(0.0, 0.5, "Animation", "Bonjour <b>à tous</b> & toutes"),
        Cue(0.6, 0.95, "", "(Rires.)"),
        Cue(1.0, 1.9, "Élue locale", "Réplique 1"),
    ]
    assert saved.cues[3:] == CUES[3:55]
    assert saved.transcript_status == "brouillon"
    assert EpisodePage.objects.get(pk=episode.pk).transcript_status == "relu"
    assert "<b>à tous" not in client.get(address(episode)).content.decode()


def test_the_declared_voices_are_offered_first(client, episode):
    offered = re.findall(r'<option value="([^"]*)"></option>', client.get(address(episode)).content.decode())
    declared = [speaker.role for speaker in draft(episode).speaker_items.all()]
    assert declared and [unescape(role) for role in offered[: len(declared)]] == declared


def test_saving_without_a_change_leaves_the_draft_and_its_reading(client, episode):
    before = EpisodePage.objects.get(pk=episode.pk).latest_revision_id
    client.post(address(episode, 2), fields(client, episode, 2))
    assert EpisodePage.objects.get(pk=episode.pk).latest_revision_id == before
    assert draft(episode).transcript_status == "relu"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"cue-0-start": "abc"}, "par exemple 12:30.500"),
        ({"cue-0-end": "00:00.000"}, "La fin doit venir après le début"),
        ({"cue-0-text": "  "}, "requis"),
        ({"cue-3-start": "00:58.000", "cue-3-end": "00:59.000"}, "La page suivante commence à 00:50.000"),
        ({"cue-49-end": "09:00.000"}, "Le son dure 01:00"),
    ],
)
def test_wrong_cue_is_said_beside_its_field_and_nothing_is_saved(client, episode, changes, words):
    typed = {"cue-5-text": "Ce que je venais d’écrire"}
    response = client.post(address(episode), fields(client, episode) | typed | changes)
    assert words in summary(response) and "Ce que je venais d’écrire" in response.content.decode()
    assert 'aria-invalid="true"' in response.content.decode()
    assert draft(episode).cues == CUES[:55]


def test_two_people_on_two_screens_both_keep_their_work(client, episode):
    first, second = fields(client, episode), fields(client, episode, 2)
    client.post(address(episode), first | {"cue-0-text": "Corrigée par une personne", "cue-1-DELETE": "on"})
    client.post(address(episode, 2), second | {"cue-2-text": "Corrigée par une autre"})
    texts = [cue.text for cue in draft(episode).cues]
    assert texts[:2] == ["Corrigée par une personne", "Réplique 2"]
    assert texts[51:] == ["Corrigée par une autre", "Réplique 53", "Réplique 54"]


def test_two_people_on_the_same_cues_do_not_overwrite_each_other(client, episode):
    first, second = fields(client, episode), fields(client, episode)
    client.post(address(episode), first | {"cue-0-text": "Ce qu’une personne a enregistré"})
    response = client.post(address(episode), second | {"cue-0-text": "Ce que l’autre a écrit"})
    content = response.content.decode()
    assert response.status_code == 409
    assert "entre-temps" in summary(response)
    assert "Ce qu’une personne a enregistré" in content and "Ce que l’autre a écrit" in content
    assert draft(episode).cues[0].text == "Ce qu’une personne a enregistré"
    again = client.post(address(episode), second | {"cue-0-text": "Ce que l’autre a écrit"})
    assert again.status_code == 409
    stale = {"action": "import", "seen": second["seen"], "text": OTHER}
    assert "entre-temps" in client.post(address(episode), stale).content.decode()
    assert client.post(address(episode), first | {"seen": "999999"}).status_code == 409
    client.post(address(episode), {"action": "review", "seen": second["seen"]})
    assert draft(episode).transcript_status == "brouillon"


OTHER = to_vtt([Cue(0.0, 1.0, "Animation", "Tout autre chose.")])


def hidden(response, action: str) -> str:
    """The version that a form of the answer is about."""
    form = response.content.decode().split(f'name="action" value="{action}"')[1]
    return re.search(r'name="seen" value="([^"]*)"', form)[1]


@pytest.mark.parametrize("action", ["cues", "import"])
def test_a_mistake_then_mended_overwrites_nobody(client, episode, action):
    first, second = fields(client, episode), fields(client, episode)
    client.post(address(episode), first | {"cue-0-text": "Ce qu’une personne a enregistré"})
    if action == "cues":
        wrong, mended = second | {"cue-0-end": "abc"}, second | {"cue-1-text": "Autre"}
    else:
        wrong = {"action": "import", "seen": second["seen"], "text": ""}
        mended = wrong | {"text": OTHER}
    given_back = hidden(client.post(address(episode), wrong), action)
    assert given_back == second["seen"]
    response = client.post(address(episode), mended | {"seen": given_back})
    assert "entre-temps" in summary(response)
    assert draft(episode).cues[0].text == "Ce qu’une personne a enregistré"


def test_autosave_that_writes_in_the_same_revision_is_somebody_else_too(client, episode):
    posted = fields(client, episode)
    page = EpisodePage.objects.get(pk=episode.pk)
    page.transcript = to_vtt([Cue(0.0, 0.9, "Animation", "Écrite dans le formulaire"), *CUES[1:55]])
    page.save_revision(overwrite_revision=page.latest_revision)
    assert client.post(address(episode), posted | {"cue-0-text": "Écrite ici"}).status_code == 409
    assert draft(episode).cues[0].text == "Écrite dans le formulaire"


def test_pasted_text_is_spread_then_timed_then_read(client, member):
    episode = make_episode(live=False, transcript="", transcript_status="brouillon")
    episode.save_revision()
    screen = client.get(address(episode))
    text = "Animation : Bonjour.\nÉlue : Merci <script>."
    imported = {"action": "import", "seen": screen.context["cues_seen"], "text": text}
    shown = client.post(address(episode), imported)
    assert draft(episode).transcript == ""
    assert "Les voix comprises sont « Animation », « Élue »." in unescape(shown.content.decode())
    client.post(address(episode), imported | {"text": shown.context["import_form"]["text"].value()})
    assert is_waiting_for_times(draft(episode).transcript)
    assert [cue.speaker for cue in draft(episode).cues] == ["Animation", "Élue"]
    screen = client.get(address(episode))
    assert "estimés" in screen.content.decode()
    review = {"action": "review", "seen": hidden(screen, "review")}
    client.post(address(episode), review)
    assert draft(episode).transcript_status == "brouillon"
    client.post(address(episode), fields(client, episode) | {"cue-0-end": "00:20.000"})
    assert is_waiting_for_times(draft(episode).transcript)
    client.post(address(episode), fields(client, episode) | {"is_timed": "on"})
    assert not is_waiting_for_times(draft(episode).transcript)
    client.post(address(episode), {"action": "review", "seen": hidden(client.get(address(episode)), "review")})
    assert draft(episode).transcript_status == "relu"
    missing = draft(episode).publication_errors()["transcript"]
    assert len(missing) == 1 and "« Élue », qui n’est pas dans « Voix entendues »" in missing[0]


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"text": ""}, "collez un texte"),
        ({"text": "Bonjour"}, "Ligne 1"),
        ({"text": "WEBVTT\n\n00:05.000 --> 00:04.000\nUn"}, "Ligne 3"),
        ({"file": SimpleUploadedFile("t.vtt", b"WEBVTT\n\n0:5 --> 0:6\nUn")}, "Ligne 3"),
        ({"file": SimpleUploadedFile("t.txt", b"[Script Info]")}, "ASS ou SSA"),
    ],
)
def test_wrong_transcript_is_refused_with_its_line_and_what_was_pasted(client, episode, answers, words):
    seen = client.get(address(episode)).context["cues_seen"]
    content = client.post(address(episode), {"action": "import", "seen": seen} | answers).content.decode()
    assert words in content
    assert str(answers.get("text", "")).splitlines()[:1] == [] or answers["text"].splitlines()[0] in content
    assert draft(episode).cues == CUES[:55]


def test_what_a_file_loses_is_shown_before_anything_is_written(client, episode):
    file = SimpleUploadedFile(
        "a.srt",
        "1\n00:00:00,000 --> 00:00:02,000\n<i>Équipe</i>\n\n2\n00:00:02,00 --> 00:00:04,00\nMerci\n".encode("cp1252"),
    )
    seen = client.get(address(episode)).context["cues_seen"]
    shown = client.post(address(episode), {"action": "import", "seen": seen, "file": file})
    page = unescape(shown.content.decode())
    assert "1 réplique comprise." in page and "Rien n’est encore enregistré" in summary(shown)
    assert "Ligne 6 : minutage illisible" in page and "« 00:00:02,00 --> 00:00:04,00 Merci »" in page
    assert "Ligne 3 : mise en forme retirée. (« <i>Équipe</i> »)" in page
    assert "Windows-1252" in page
    assert draft(episode).cues == CUES[:55]
    text = shown.context["import_form"]["text"].value()
    response = client.post(address(episode), {"action": "import", "seen": seen, "text": text})
    assert response.status_code == 302
    assert draft(episode).cues == [Cue(0.0, 2.0, "", "Équipe")]


def test_notes_survive_a_correction(client, episode):
    text = "WEBVTT\n\nNOTE à vérifier\n\n00:00.000 --> 00:01.000\nUn\n\nNOTE rires ?\n\n00:02.000 --> 00:03.000\nDeux\n"
    seen = client.get(address(episode)).context["cues_seen"]
    client.post(address(episode), {"action": "import", "seen": seen, "text": text})
    client.post(address(episode), fields(client, episode) | {"cue-0-text": "Uns"})
    assert draft(episode).transcript == text.replace("00:0", "00:00:0").replace("Un\n", "Uns\n")


def test_stored_text_that_is_read_otherwise_is_said(client, episode):
    page = draft(episode)
    page.transcript = "WEBVTT\n\n00:05.000 --> 00:04.000\n<b>Un</b>\n"
    page.save_revision()
    content = unescape(client.get(address(episode)).content.decode())
    assert "Ligne 4 : mise en forme retirée. (« <b>Un</b> »)" in content
    assert "Ligne 3 : réplique dont la fin ne vient pas après le début" in content


def test_screen_of_a_long_transcript_reads_fifty_cues_in_few_queries(client, member, django_assert_max_num_queries):
    episode = make_episode(live=False, transcript=to_vtt(CUES))
    episode.save_revision()
    client.get(address(episode))
    with django_assert_max_num_queries(30):
        response = client.get(address(episode, 2))
    assert [cue.text for cue in response.context["shown"]] == [cue.text for cue in CUES[50:100]]
    assert parse(draft(episode).transcript) == CUES


def test_locked_page_is_not_changed(client, episode):
    posted = fields(client, episode)
    EpisodePage.objects.filter(pk=episode.pk).update(locked=True, locked_by=None)
    response = client.post(address(episode), posted | {"cue-0-text": "Forgée"})
    assert_refused(response, NO_RIGHT)
    assert draft(episode).cues == CUES[:55]
    assert "Enregistrer et continuer" not in client.get(address(episode)).content.decode()
