"""The recording, its transcript, the passages that go to the sheet, and where each sentence was heard."""

import io
import json
from datetime import date
from zipfile import ZipFile

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from caps_sheets.capitalisation.interviews.draft import draft_sheet
from caps_sheets.capitalisation.interviews.files import add_file
from caps_sheets.capitalisation.interviews.retention import delete_due, due
from caps_sheets.capitalisation.interviews.sources import heard_in, sentences, sources_of
from caps_sheets.capitalisation.models import (
    CaseFile,
    Consent,
    FileAccess,
    FileKind,
    Interview,
    InterviewNote,
    Passage,
    PrivateFile,
    SheetSource,
)
from caps_sheets.models import CapsSheetPage
from portal.base.time_marks import show_time_mark, split_at_marks, without_marks
from portal.medialib.transcripts.corrections import version_key
from portal.medialib.transcripts.formats import Cue, read, read_transcript, to_vtt
from portal.site_setup.roles import COACHING, EDITING, MODERATION
from tests.factories.capitalisation import make_case_file, make_member
from tests.factories.interviews import answer, make_analysed_case, make_file, make_interview
from tests.factories.sheets import make_sheets_index
from tests.refusals import NO_RIGHT, NOT_FOUND, assert_refused, summary

pytestmark = pytest.mark.django_db

CUES = [
    Cue(12.0, 20.0, "Coordinatrice", "On courait après les dates. Personne ne répondait."),
    Cue(20.0, 31.5, "Infirmière de CMP", "Puis une élue est venue, et tout a changé."),
    Cue(31.5, 40.0, "Coordinatrice", "Il faut garder ce lien."),
]
TEXT = to_vtt(CUES)


@pytest.fixture
def coach(client):
    make_sheets_index()
    coach = make_member(COACHING)
    client.force_login(coach)
    return coach


@pytest.fixture
def interview(coach) -> Interview:
    return make_interview(make_case_file(owner=coach), interviewee_role="Coordinatrice, infirmière de CMP")


@pytest.fixture
def transcript(interview) -> PrivateFile:
    make_file(interview, FileKind.AUDIO)
    return make_file(interview, FileKind.TRANSCRIPT, text=TEXT)


def url_of(file: PrivateFile, name: str = "passages") -> str:
    return reverse(f"interview_file_{name}", args=[file.uuid])


def keep(client, file: PrivateFile, to: str, *ranks: int, **data: str):
    posted = {"seen": version_key(TEXT), "to": to, "cue": [str(rank) for rank in ranks]} | data
    return client.post(url_of(file), posted)


def stored(interview: Interview, name: str, content: bytes) -> PrivateFile:
    return add_file(interview, FileKind.TRANSCRIPT, ContentFile(content, name=name), by=interview.case_file.owner)


def docx(body: str, **parts: str) -> bytes:
    """A Word document of these paragraphs of WordprocessingML."""
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", f"<w:document {space}><w:body>{body}</w:body></w:document>")
        for name, xml in parts.items():
            archive.writestr(f"word/{name}.xml", f"<w:{name} {space}>{xml}</w:{name}>")
    return buffer.getvalue()


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


class TestTranscript:
    def test_a_file_is_read_shown_and_kept_once_confirmed(self, client, interview):
        file = stored(interview, "entretien.srt", b"1\n00:00:01,000 --> 00:00:03,000\nBonjour.\n")
        page = client.get(url_of(file, "transcript"))
        text = page.context["import_form"].initial["text"]
        assert "Bonjour." in page.content.decode() and PrivateFile.objects.get(pk=file.pk).text == ""
        client.post(url_of(file, "transcript"), {"action": "import", "seen": page.context["seen"], "text": text})
        file.refresh_from_db()
        assert read(file.text) == [Cue(1.0, 3.0, "", "Bonjour.")]
        assert FileAccess.objects.filter(file=file).count() == 1, "reading the text is reading the file, once"

    def test_it_is_corrected_beside_its_sound_and_read_again(self, client, transcript, coach):
        PrivateFile.objects.filter(pk=transcript.pk).update(reviewed_at="2026-03-05T10:00:00Z", reviewed_by=coach)
        page = client.get(url_of(transcript, "transcript"))
        for voice in ("Coordinatrice", "infirmière de CMP"):
            assert f'<option value="{voice}"></option>' in page.content.decode()
        sound = transcript.interview.files.get(kind=FileKind.AUDIO)
        assert reverse("interview_file", args=[sound.uuid]) in page.content.decode()
        posted = {"action": "cues", "seen": page.context["cues_seen"], "page": "1"}
        for form in page.context["cue_forms"]:
            posted |= {bound.html_name: str(bound.value() or "") for bound in form if bound.name != "DELETE"}
        posted |= {bound.html_name: str(bound.value()) for bound in page.context["cue_forms"].management_form}
        sound.duration = 60.0
        sound.save()
        client.post(url_of(transcript, "transcript"), posted | {"cue-2-text": "Il faut garder le lien."})
        transcript.refresh_from_db()
        assert read(transcript.text)[2].text == "Il faut garder le lien."
        assert transcript.reviewed_at is None
        again = client.post(url_of(transcript, "transcript"), posted | {"cue-2-text": "Autre chose."})
        assert again.status_code == 409 and "Autre chose." in again.content.decode()

    def test_one_is_pasted_where_there_is_no_file(self, client, interview):
        url = reverse("interview_transcript", args=[interview.pk])
        seen = client.get(url).context["seen"]
        shown = client.post(url, {"action": "import", "seen": seen, "text": "Élue [00:10] Bonjour.\nÉlue [00:20] Oui."})
        response = client.post(
            url, {"action": "import", "seen": seen, "text": shown.context["import_form"].data["text"]}
        )
        file = PrivateFile.objects.get()
        assert response.url == url_of(file, "transcript")
        assert [(cue.start, cue.speaker, cue.text) for cue in read(file.text)] == [
            (10.0, "Élue", "Bonjour."),
            (20.0, "Élue", "Oui."),
        ]
        with file.file.open("rb") as kept:
            assert kept.read().decode() == file.text

    def test_word_paragraphs_are_read_and_what_is_dropped_is_said(self, client, interview):
        body = (
            paragraph("Coordination [00:12:34] Bonjour.")
            + "<w:p><w:r><w:t>Élue (00:12:50) </w:t></w:r><w:del><w:r><w:delText>Non</w:delText></w:r></w:del>"
            + "<w:r><w:t>Oui.</w:t></w:r></w:p>"
            + "<w:tbl><w:tr>"
            + "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in ("00:13:00", "Animation", "Merci."))
            + "</w:tr></w:tbl>"
        )
        file = stored(interview, "entretien.docx", docx(body, comments=paragraph("Vérifier")))
        page = client.get(url_of(file, "transcript"))
        read_text = read(page.context["import_form"].initial["text"])
        assert [(cue.start, cue.speaker, cue.text) for cue in read_text] == [
            (754.0, "Coordination", "Bonjour."),
            (770.0, "Élue", "Oui."),
            (780.0, "Animation", "Merci."),
        ]
        said = page.content.decode()
        assert "les commentaires ne sont pas lus" in said and "suivi des modifications" in said

    @pytest.mark.parametrize(
        "content", [b"PK\x03\x04" + bytes(50), docx("<w:p>").replace(b"word/document", b"word/nothing__")]
    )
    def test_what_is_no_document_is_refused_by_a_sentence(self, content):
        transcript = read_transcript(content)
        assert not transcript.items and "que le portail ne lit pas" in str(transcript.errors[0])

    def test_it_goes_with_its_file(self, client, transcript):
        client.post(url_of(transcript, "delete"), {"reason": "Doublon"})
        transcript.refresh_from_db()
        assert transcript.text == "" and transcript.deleted_on
        assert_refused(client.get(url_of(transcript, "transcript")), NOT_FOUND)

    def test_nothing_is_written_once_the_consent_is_withdrawn(self, client, transcript):
        Consent.objects.update(withdrawn_on=date(2026, 4, 1))
        posted = {"action": "import", "seen": version_key(TEXT), "text": to_vtt(CUES[:1])}
        response = client.post(url_of(transcript, "transcript"), posted)
        assert "consentement" in summary(response)
        transcript.refresh_from_db()
        assert transcript.text == TEXT

    def test_who_may_only_see_reads_without_changing(self, client, transcript):
        client.force_login(make_member(EDITING))
        assert "sans modifier" in client.get(url_of(transcript, "transcript")).content.decode()
        assert_refused(client.post(url_of(transcript, "transcript"), {"action": "import", "text": "x"}), NO_RIGHT)
        assert_refused(client.get(url_of(transcript)), NO_RIGHT)
        client.force_login(make_member(COACHING))
        assert_refused(client.get(url_of(transcript, "transcript")), NOT_FOUND)


class TestPassages:
    def test_ticked_cues_go_to_a_section_and_come_back(self, client, transcript, coach):
        response = keep(client, transcript, "difficultes", 1, 0)
        assert response.url == f"{url_of(transcript)}#replique-0"
        passage = Passage.objects.get()
        assert (passage.section, passage.is_verbatim, passage.start, passage.end) == ("difficultes", False, 12, 31)
        assert passage.voice == "Coordinatrice, Infirmière de CMP" and passage.created_by == coach
        assert passage.text == f"{CUES[0].text} {CUES[1].text}"
        analysis = client.get(reverse("interview_analysis", args=[transcript.interview_id])).content.decode()
        assert "1 passage" in analysis and 'data-mark="12"' in analysis
        remove = reverse("interview_passage_remove", args=[transcript.interview_id, passage.pk])
        assert client.post(remove, {"next": "passages"}).url == url_of(transcript)
        assert not Passage.objects.exists()

    def test_selected_words_are_kept_alone_as_often_as_wanted(self, client, transcript):
        url = url_of(transcript)
        posted = {"seen": version_key(TEXT), "cue": ["1"], "words": "une élue  est venue"}
        for to in ("leviers", "verbatim:leviers", "verbatim:contexte"):
            answered = client.post(url, posted | {"to": to}, headers={"accept": "application/json"})
            assert answered.status_code == 200 and "une élue est venue" in answered.json()["html"]
        assert [(one.section, one.is_verbatim, one.text) for one in Passage.objects.order_by("pk")] == [
            ("leviers", False, "une élue est venue"),
            ("leviers", True, "une élue est venue"),
            ("contexte", True, "une élue est venue"),
        ]

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            ({"cue": []}, "Choisissez d’abord un passage"),
            ({"cue": ["99", "x", "-1"]}, "Choisissez d’abord un passage"),
            ({"words": "des mots jamais dits"}, "La transcription a changé"),
            ({"seen": "0-autre"}, "La transcription a changé"),
            ({"to": "inconnue"}, "Choisissez la section"),
            ({"to": "verbatim:"}, "Choisissez la section"),
        ],
    )
    def test_what_is_refused_is_said(self, client, transcript, data, why):
        posted = {"seen": version_key(TEXT), "to": "leviers", "cue": ["0"]} | data
        assert_refused(client.post(url_of(transcript), posted), why)
        answered = client.post(url_of(transcript), posted, headers={"accept": "application/json"})
        assert answered.status_code == 409 and why in json.loads(answered.content)["refused"]
        assert not Passage.objects.exists()

    def test_a_verbatim_asks_the_agreement_to_be_quoted(self, client, transcript):
        Consent.objects.update(allows_verbatims=False)
        assert "verbatim:" not in client.get(url_of(transcript)).content.decode()
        assert_refused(keep(client, transcript, "verbatim:leviers", 0), "n’a pas accepté d’être citée")
        keep(client, transcript, "leviers", 0)
        assert Passage.objects.count() == 1

    def test_another_interview_s_passage_is_not_removed(self, client, transcript, coach):
        keep(client, transcript, "leviers", 0)
        other = make_interview(make_case_file(owner=coach))
        passage = Passage.objects.get()
        assert_refused(client.post(reverse("interview_passage_remove", args=[other.pk, passage.pk])), NOT_FOUND)
        client.force_login(make_member(COACHING))
        own = reverse("interview_passage_remove", args=[passage.interview_id, passage.pk])
        assert_refused(client.post(own), NOT_FOUND)
        assert_refused(keep(client, transcript, "leviers", 1), NOT_FOUND)
        assert Passage.objects.count() == 1

    def test_the_screens_cost_the_same_with_more_passages(self, client, transcript, django_assert_max_num_queries):
        for _ in range(20):
            keep(client, transcript, "leviers", 0)
        for url in (url_of(transcript), reverse("interview_analysis", args=[transcript.interview_id])):
            client.get(url)  # logs the reading
            with django_assert_max_num_queries(20):
                client.get(url)


class TestMarks:
    def test_they_play_the_sound_in_answers_and_analysis(self, client, interview):
        answer(interview, 0, notes="Début <b>\n[01:05] La suite [99:99:99] et [1:00:00]", time_mark=30)
        sound = make_file(interview, FileKind.AUDIO)
        src = reverse("interview_file", args=[sound.uuid])
        analysis = client.get(reverse("interview_analysis", args=[interview.pk])).content.decode()
        for seconds in (30, 65, 3600):
            assert f'href="{src}#t={seconds}" data-mark="{seconds}"' in analysis
        assert "&lt;b&gt;<br>" in analysis and "[99:99:99]" in analysis
        answers = client.get(reverse("interview_answers", args=[interview.pk])).content.decode()
        assert "data-takes-marks" in answers and 'data-mark="65"' in answers

    def test_without_a_sound_they_are_plain_words(self, client, interview):
        answer(interview, 0, notes="[01:05] La suite")
        analysis = client.get(reverse("interview_analysis", args=[interview.pk])).content.decode()
        assert "[01:05]" in analysis and "data-mark" not in analysis and "data-player" not in analysis

    @given(st.lists(st.one_of(st.integers(0, 359_999), st.text(max_size=30)), max_size=8))
    def test_a_text_is_split_at_its_marks_and_given_back_whole(self, pieces):
        text = "".join(f"[{show_time_mark(one)}]" if isinstance(one, int) else one for one in pieces)
        parts = split_at_marks(text)
        assert "".join(part.mark + part.text for part in parts) == text
        seconds = [part.seconds for part in parts if part.mark]
        assert [one for one in pieces if isinstance(one, int)] == [one for one in seconds if one is not None] or any(
            set("[]:") & set(one) for one in pieces if isinstance(one, str)
        )
        assert not any(part.mark for part in split_at_marks(without_marks(text))) or "[" in "".join(
            one for one in pieces if isinstance(one, str)
        )

    def test_each_sentence_has_the_mark_before_it(self):
        notes = "Avant. [00:10] Un. Deux !\n[01:00] Trois"
        assert heard_in(notes, 3) == [(3, "Avant."), (10, "Un."), (10, "Deux !"), (60, "Trois")]
        assert heard_in(notes)[0] == (10, "Un.")
        assert sentences(" a\n\nb.  c ") == ["a", "b.", "c"]


class TestSources:
    @pytest.fixture
    def case_file(self, coach) -> CaseFile:
        case_file = make_analysed_case(owner=coach)
        interview = case_file.interviews.get()
        InterviewNote.objects.filter(question__section="difficultes").update(
            notes="Les agendas. [12:34] Personne ne venait. Puis si.", verbatim="[12:40] On courait.", time_mark=700
        )
        make_file(interview, FileKind.AUDIO)
        text = make_file(interview, FileKind.TRANSCRIPT, text=TEXT, reviewed_at="2026-03-05T10:00:00Z")
        for section, is_verbatim in (("leviers", False), ("leviers", True)):
            Passage.objects.create(
                interview=interview, transcript=text, section=section, is_verbatim=is_verbatim, start=20, end=31,
                voice="Infirmière de CMP", text=CUES[1].text,
            )  # fmt: skip
        return case_file

    @pytest.fixture
    def sheet(self, case_file, coach) -> CapsSheetPage:
        return CapsSheetPage.objects.get(pk=draft_sheet(case_file, by=coach).pk).get_latest_revision_as_object()

    def test_each_sentence_of_the_draft_keeps_its_second(self, sheet):
        heard = [(block.section, mark) for block in sources_of(sheet) for mark in block.marks]
        section = "8. Difficultés, échecs et ajustements"
        found = [(second, words) for name, (second, words) in heard if name.endswith(section.partition(". ")[2])]
        assert found == [
            (700, "Les agendas."), (754, "Personne ne venait."), (754, "Puis si."), (760, "On courait."),
        ]  # fmt: skip
        assert [words for _, (second, words) in heard if second == 20] == [CUES[1].text, CUES[1].text]

    def test_no_mark_is_written_in_the_sheet_nor_in_its_revisions(self, sheet, client):
        content = sheet.get_latest_revision().content
        written = json.dumps(content | {"body": json.loads(content["body"])}, ensure_ascii=False)
        assert "Personne ne venait." in written and CUES[1].text in written
        for secret in ("12:34", "12:40", "[", "data-mark"):
            assert secret not in " ".join(str(section.value) for section in sheet.body).replace("[à réécrire]", "")
            assert secret == "[" or secret not in written

    def test_who_follows_the_file_hears_them_in_the_editor_and_nobody_else(self, sheet, client, coach):
        url = reverse("wagtailadmin_pages:edit", args=[sheet.pk])
        sound = PrivateFile.objects.get(kind=FileKind.AUDIO)
        link = f"{reverse('interview_file', args=[sound.uuid])}#t=754"
        for person in (coach, make_member(MODERATION)):
            client.force_login(person)
            assert link in client.get(url).content.decode()
        CaseFile.objects.update(owner=make_member(COACHING))
        client.force_login(coach)
        page = client.get(url).content.decode()
        assert "suivi par quelqu’un d’autre" in page
        assert "data-mark" not in page and "data-source" not in page

    def test_a_rewritten_sentence_leaves_its_second_to_its_block(self, sheet):
        block = next(child for child in sheet.body if child.block_type == "difficultes").value[0]
        raw = json.loads(sheet.get_latest_revision().content["body"])
        for section in raw:
            for child in section["value"]:
                if child["id"] == block.id:
                    child["value"] = child["value"].replace("Puis si.", "Ensuite, si.")
        sheet.body = json.dumps(raw)
        sheet = sheet.save_revision().as_object()
        marks = next(one.marks for one in sources_of(sheet) if one.block_id == block.id)
        assert (754, "Personne ne venait.") in marks and (754, "") in marks

    def test_they_die_with_the_answers_and_stop_with_the_consent(self, sheet, case_file):
        assert sources_of(sheet)
        Consent.objects.update(withdrawn_on=date(2026, 4, 1))
        assert sources_of(sheet) == [], "at once, before the purge"
        InterviewNote.objects.all().delete()
        Interview.objects.update(notes="")
        for item in due(date(2026, 4, 1)):
            delete_due(item, date(2026, 4, 1))
        assert not SheetSource.objects.exists() and not Passage.objects.exists()
        assert PrivateFile.objects.get(kind=FileKind.TRANSCRIPT).text == ""

    def test_the_draft_has_the_passages_and_only_agreed_quotations(self, case_file, coach):
        Consent.objects.update(allows_verbatims=False)
        sheet = CapsSheetPage.objects.get(pk=draft_sheet(case_file, by=coach).pk).get_latest_revision_as_object()
        levers = next(child for child in sheet.body if child.block_type == "leviers").value
        assert [block.block_type for block in levers] == ["paragraph"]
        assert CUES[1].text in str(levers[0].value)
