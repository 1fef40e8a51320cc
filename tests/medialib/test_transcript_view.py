"""The screen of a transcript over something that is no episode: a recording whose text is kept in one place."""

from dataclasses import dataclass, field

import pytest
from django.urls import path
from wagtail.admin.auth import require_admin_access

from portal import urls
from portal.base.errors import RefusedError
from portal.medialib.transcripts.admin_views import TranscriptView
from portal.medialib.transcripts.corrections import Correction, check_unchanged, corrected, version_key
from portal.medialib.transcripts.formats import Cue, is_waiting_for_times, parse, read, to_vtt
from portal.site_setup.roles import MODERATION
from tests.factories.capitalisation import make_member
from tests.refusals import NO_RIGHT, assert_refused, summary

CUES = [Cue(float(n), n + 0.9, "Infirmière de CMP", f"Réplique {n}") for n in range(60)]
TEXT = to_vtt(CUES)
ADDRESS = "/entretien/transcription/"


@dataclass
class Recording:
    """An interview, as its room would store it. ``versions`` stays empty where only the last text is kept."""

    transcript: str = TEXT
    duration: float = 60.0
    is_closed: bool = False
    versions: dict[str, str] = field(default_factory=dict)

    def save(self, transcript: str) -> None:
        self.transcript = transcript


class RecordingTranscriptView(TranscriptView):
    recording: Recording
    sound_url = "/entretien/son/"

    @property
    def transcript(self) -> str:
        return self.recording.transcript

    @property
    def duration(self) -> float:
        return self.recording.duration

    def may_write(self) -> bool:
        return not self.recording.is_closed

    def transcript_of(self, seen: str) -> str | None:
        return self.recording.versions.get(seen) or super().transcript_of(seen)

    def correct(self, correction: Correction) -> None:
        self.recording.save(corrected(self.transcript, self.transcript_of(correction.seen), correction))

    def replace(self, transcript: str) -> None:
        check_unchanged(self.transcript, self.seen)
        self.recording.save(transcript)


urlpatterns = [
    path(ADDRESS[1:], require_admin_access(RecordingTranscriptView.as_view())),
    *urls.urlpatterns,
]


@pytest.fixture
def recording(client, db, monkeypatch) -> Recording:
    client.force_login(make_member(MODERATION))
    recording = Recording()
    monkeypatch.setattr(RecordingTranscriptView, "recording", recording, raising=False)
    return recording


def fields(client, page: int = 1) -> dict[str, str]:
    """What the form of a screen posts when nothing is typed."""
    context = client.get(f"{ADDRESS}?page={page}").context
    formset = context["cue_forms"]
    posted = {"action": "cues", "seen": context["cues_seen"], "page": str(page)}
    posted |= {bound.html_name: str(bound.value()) for bound in formset.management_form}
    for form in formset:
        posted |= {bound.html_name: str(bound.value() or "") for bound in form if bound.name != "DELETE"}
    return posted


def import_text(client, seen: str, text: str):
    return client.post(ADDRESS, {"action": "import", "seen": seen, "text": text})


@pytest.mark.urls(__name__)
class TestScreen:
    def test_cues_are_read_beside_the_sound_and_corrected(self, client, recording):
        page = client.get(ADDRESS).content.decode()
        assert 'src="/entretien/son/"' in page and "60 répliques" in page and "Page 1 sur 2" in page
        response = client.post(ADDRESS, fields(client) | {"cue-0-text": "Bonjour", "next": "1"})
        assert response.url == f"{ADDRESS}?page=2"
        assert parse(recording.transcript) == [Cue(0.0, 0.9, "Infirmière de CMP", "Bonjour"), *CUES[1:]]

    def test_pasted_text_is_timed_by_the_sound(self, client, recording):
        recording.transcript = ""
        seen = client.get(ADDRESS).context["cues_seen"]
        shown = import_text(client, seen, "Animation : Bonjour.\nÉlue : Merci.")
        assert recording.transcript == ""
        assert shown.context["import_form"].transcript.summary() == [
            "Le texte n’a pas tous ses temps : ils sont estimés d’après sa longueur.",
            "Les voix comprises sont « Animation », « Élue ».",
        ]
        import_text(client, seen, shown.context["import_form"].data["text"])
        assert is_waiting_for_times(recording.transcript)
        assert [(cue.speaker, cue.end) for cue in read(recording.transcript)][-1] == ("Élue", 60.0)

    def test_a_text_longer_than_the_sound_is_shown_before_it_is_written(self, client, recording):
        seen = client.get(ADDRESS).context["cues_seen"]
        text = "WEBVTT\n\n01:23:20.000 --> 01:23:21.000\nBonjour\n"
        shown = import_text(client, seen, text.replace("01:23:20.000", "1:23:20.000"))
        assert recording.transcript == TEXT
        assert "dépasse la durée" in shown.context["import_form"].transcript.summary()[0]
        import_text(client, seen, shown.context["import_form"].data["text"])
        assert [cue.start for cue in parse(recording.transcript)] == [5000.0]

    def test_second_person_keeps_what_they_typed_and_overwrites_nothing(self, client, recording):
        first, second = fields(client), fields(client)
        client.post(ADDRESS, first | {"cue-0-text": "Saisie par l’une"})
        response = client.post(ADDRESS, second | {"cue-0-text": "Saisie par l’autre"})
        assert response.status_code == 409 and "entre-temps" in summary(response)
        assert "Saisie par l’une" in response.content.decode() and "Saisie par l’autre" in response.content.decode()
        assert read(recording.transcript)[0].text == "Saisie par l’une"
        other = import_text(client, second["seen"], to_vtt([Cue(0.0, 1.0, "Élue", "Tout autre chose.")]))
        assert "entre-temps" in summary(other)
        assert read(recording.transcript)[0].text == "Saisie par l’une"

    def test_two_people_on_two_pages_are_merged_where_versions_are_kept(self, client, recording):
        recording.versions[version_key(TEXT)] = TEXT
        first, second = fields(client), fields(client, 2)
        client.post(ADDRESS, first | {"cue-0-text": "Saisie par l’une"})
        client.post(ADDRESS, second | {"cue-9-text": "Saisie par l’autre"})
        texts = [cue.text for cue in read(recording.transcript)]
        assert (texts[0], texts[59], len(texts)) == ("Saisie par l’une", "Saisie par l’autre", 60)

    def test_who_may_only_read_changes_nothing(self, client, recording):
        posted = fields(client)
        recording.is_closed = True
        page = client.get(ADDRESS).content.decode()
        assert "sans modifier" in page and "Remplacer la transcription" not in page
        assert_refused(client.post(ADDRESS, posted | {"cue-0-text": "Forgée"}), NO_RIGHT)
        assert recording.transcript == TEXT


class TestCorrected:
    NEW = Cue(1.0, 1.9, "", "(Rires.)")

    def test_is_applied_where_the_cues_are_now(self):
        current = to_vtt([Cue(0.0, 0.5, "", "Avant"), *CUES[1:]])
        text = corrected(current, TEXT, Correction(version_key(TEXT), 1, 2, [self.NEW]))
        assert parse(text) == [Cue(0.0, 0.5, "", "Avant"), self.NEW, *CUES[2:]]

    @pytest.mark.parametrize("seen", [None, "", "illisible"])
    def test_is_refused_without_the_version_on_which_it_was_typed(self, seen):
        with pytest.raises(RefusedError, match="entre-temps"):
            corrected(TEXT, seen, Correction("0-", 0, 1, [self.NEW]))

    def test_is_refused_if_the_cues_would_no_longer_follow_each_other(self):
        current = to_vtt([Cue(0.0, 0.9, "", "Avant"), Cue(0.95, 0.99, "", "Ajoutée"), *CUES[1:]])
        earlier = Cue(0.5, 0.6, "", "Trop tôt")
        with pytest.raises(RefusedError, match="entre-temps"):
            corrected(current, TEXT, Correction(version_key(TEXT), 1, 2, [earlier]))

    def test_times_stay_estimates_until_somebody_says_otherwise(self):
        estimated = to_vtt(CUES, is_untimed=True)
        seen = version_key(estimated)
        assert is_waiting_for_times(corrected(estimated, estimated, Correction(seen, 0, 1, CUES[:1])))
        assert corrected(estimated, estimated, Correction(seen, 0, 1, CUES[:1], is_timed=True)) == TEXT
