"""From the analysis to the draft sheet, and where a sheet comes from."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from wagtail.models import PageLogEntry
from wagtail.test.utils.form_data import querydict_from_html

from caps_sheets.capitalisation.interviews.draft import draft_blockers, draft_sheet
from caps_sheets.capitalisation.models import (
    CaseFile,
    CaseStatus,
    Consent,
    FileKind,
    Interview,
    InterviewNote,
    SheetSource,
    Stage,
)
from caps_sheets.models import CapsSheetPage
from caps_sheets.models.sheet_rules import MARK, sections_to_rewrite
from portal.base.errors import RefusedError
from portal.site_setup.roles import COACHING, COORDINATION, EDITING, MODERATION
from portal.taxonomies.models import Vocabulary
from tests.factories.capitalisation import make_answer, make_case_file, make_member
from tests.factories.interviews import answer, make_analysed_case, make_file, make_interview
from tests.factories.network import make_commune, make_organisation, make_term, make_theme
from tests.factories.sheets import make_sheet, make_sheets_index
from tests.refusals import summary

pytestmark = pytest.mark.django_db


@pytest.fixture
def coach(client):
    make_sheets_index()
    coach = make_member(COACHING, job_title="Chargée de mission")
    client.force_login(coach)
    return coach


@pytest.fixture
def case_file(coach) -> CaseFile:
    census = make_answer(
        title="Stages croisés",
        description="Des professionnels échangent leur place.",
        carrier_name="commune D’exemple",
        involvement="co-construction",
        partners="Le CMP et la mission locale",
        went_well="Une élue très présente",
        went_wrong="Les agendas",
        budget="1000-5000",
        reach=40,
        qpv_names="Les Lilas",
    )
    census.themes.add(make_theme("deuil"))
    census.communes.add(make_commune())
    census.objectives.add(make_term(Vocabulary.OBJECTIVE, "parcours"))
    make_organisation("Commune d’exemple")
    return make_analysed_case(owner=coach, answer=census)


def drafted(client, case_file: CaseFile) -> CapsSheetPage:
    client.post(reverse("interview_draft", args=[case_file.pk]))
    return CapsSheetPage.objects.get(case_file=case_file).get_latest_revision_as_object()


def texts(sheet: CapsSheetPage, key: str) -> list[str]:
    section = next(child for child in sheet.body if child.block_type == key)
    return [str(block.value) for block in section.value]


def test_the_identity_card_comes_from_the_census(client, case_file, coach):
    sheet = drafted(client, case_file)
    census = case_file.answer
    assert (sheet.title, sheet.live, sheet.owner) == ("Stages croisés", False, coach)
    assert [item.clsm for item in sheet.clsm_items.all()] == [census.clsm]
    assert [item.commune.name for item in sheet.commune_items.all()] == ["Clermont-l’Hérault"]
    assert sheet.carrier.name == "Commune d’exemple"
    assert {theme.slug for theme in sheet.themes.all()} == {"acces-aux-soins", "deuil"}
    for field in ("objectives", "audiences", "settings", "action_types"):
        assert [term.slug for term in getattr(sheet, field).all()] == [
            term.slug for term in getattr(census, field).all()
        ]
    for field in ("main_theme", "start_date", "end_date", "budget", "reach", "qpv_names", "is_demo"):
        assert getattr(sheet, field) == getattr(census, field), field
    assert sheet.facilitator == "Chargée de mission"
    assert (sheet.interview_dates, sheet.interviewed_roles) == ("03/03/2026", "Coordinatrice du CLSM")


def test_each_section_gets_its_notes_and_the_chosen_verbatims(client, case_file):
    sheet = drafted(client, case_file)
    assert "Je coordonne le CLSM depuis 2021." in texts(sheet, "contexte")[0]
    difficulties = " ".join(texts(sheet, "difficultes"))
    assert "Les agendas." in difficulties and "On courait après les dates." in difficulties
    assert "Le CMP et la mission locale" in texts(sheet, "pilotage")[0]
    assert "Une élue très présente" in texts(sheet, "leviers")[0]
    assert "co-construction" in texts(sheet, "publics")[0]
    assert texts(sheet, "perspectives") == []


def test_what_was_put_there_waits_to_be_rewritten_and_publication_refuses_it(client, case_file):
    sheet = drafted(client, case_file)
    assert MARK in sheet.summary
    assert "8. Difficultés, échecs et ajustements" in sections_to_rewrite(sheet)
    errors = sheet.publication_errors()
    assert any(MARK in message for message in errors["summary"])
    assert any(message.startswith("8. Difficultés") and MARK in message for message in errors["body"])
    with pytest.raises(ValidationError):
        sheet.get_latest_revision().publish()
    page = client.get(reverse("wagtailadmin_pages:edit", args=[sheet.pk])).content.decode()
    assert MARK in page


def test_a_complete_sheet_is_refused_for_one_forgotten_passage():
    sheet = make_sheet(live=False)
    assert sheet.publication_errors() == {}
    sheet.summary += f"<p>{MARK.upper()} la fin.</p>"
    assert list(sheet.publication_errors()) == ["summary"]


def test_notes_are_text_never_markup(client, coach):
    case_file = make_analysed_case(owner=coach)
    InterviewNote.objects.update(notes="<script>alert(1)</script> & co\nSuite")
    sheet = drafted(client, case_file)
    paragraph = texts(sheet, "contexte")[0]
    assert "<script>" not in paragraph and "&lt;script&gt;" in paragraph and "<br/>Suite" in paragraph


def test_the_coding_decides_where_an_answer_goes(client, case_file):
    InterviewNote.objects.filter(question__section="contexte").update(sections=["leviers", "moyens"])
    sheet = drafted(client, case_file)
    for key in ("leviers", "moyens"):
        assert any("Je coordonne" in text for text in texts(sheet, key))
    assert not any("Je coordonne" in text for text in texts(sheet, "contexte"))


def test_what_was_not_agreed_to_stays_out(client, case_file):
    Consent.objects.update(allows_role=False)
    sheet = drafted(client, case_file)
    verbatim = next(block for child in sheet.body for block in child.value if block.block_type == "verbatim")
    assert (verbatim.value["role"], verbatim.value["has_consent"]) == ("Personne interrogée", False)
    assert sheet.interviewed_roles == ""


def test_no_quotation_without_agreement_nor_choice(client, case_file):
    Consent.objects.update(allows_verbatims=False)
    sheet = drafted(client, case_file)
    assert not any(block.block_type == "verbatim" for child in sheet.body for block in child.value)


def test_a_second_draft_never_overwrites(client, case_file, coach):
    sheet = drafted(client, case_file)
    sheet.title = "Titre réécrit"
    sheet.save_revision(user=coach)
    client.post(reverse("interview_draft", args=[case_file.pk]))
    with pytest.raises(RefusedError, match="jamais remplacée"):
        draft_sheet(CaseFile.objects.get(pk=case_file.pk), by=coach)
    assert CapsSheetPage.objects.count() == 1
    assert sheet.get_latest_revision_as_object().title == "Titre réécrit"


BLOCKERS = {
    "consentement retiré": lambda case: Consent.objects.update(withdrawn_on="2026-04-01"),
    "entretien ouvert": lambda case: Interview.objects.update(closed_at=None),
    "transcription à relire": lambda case: make_file(case.interviews.get(), FileKind.TRANSCRIPT),
    "étape": lambda case: CaseFile.objects.update(stage=Stage.COLLECTION),
    "dossier écarté": lambda case: CaseFile.objects.update(status=CaseStatus.SET_ASIDE),
    "sans entretien": lambda case: Interview.objects.all().delete(),
}


@pytest.mark.parametrize("name", BLOCKERS)
def test_what_keeps_the_draft_from_being_made_is_said(client, case_file, name):
    BLOCKERS[name](case_file)
    case_file.refresh_from_db()
    assert draft_blockers(case_file)
    page = client.post(reverse("interview_draft", args=[case_file.pk]), follow=True).content.decode()
    assert draft_blockers(case_file)[0] in page.replace("&#x27;", "'")
    assert not CapsSheetPage.objects.exists()


@pytest.mark.parametrize("role", [EDITING, COACHING, COORDINATION])
def test_another_person_s_file_is_not_drafted(client, case_file, role):
    client.force_login(make_member(role))
    client.post(reverse("interview_draft", args=[case_file.pk]))
    assert not CapsSheetPage.objects.exists()


def test_no_get_makes_a_draft(client, case_file):
    assert client.get(reverse("interview_draft", args=[case_file.pk])).status_code == 405


def test_where_the_sheet_comes_from_is_kept_and_shown_to_who_follows_it(client, case_file, coach):
    sheet = drafted(client, case_file)
    entry = PageLogEntry.objects.get(action="capitalisation.sheet_drafted")
    interview = case_file.interviews.get()
    assert entry.data == {"case_file": case_file.pk, "answer": case_file.answer_id, "interviews": [interview.pk]}
    url = reverse("wagtailadmin_pages:edit", args=[sheet.pk])
    links = [reverse("case_files:edit", args=[case_file.pk]), reverse("interview", args=[interview.pk])]
    for person in (coach, make_member(MODERATION)):
        client.force_login(person)
        page = client.get(url).content.decode()
        assert all(link in page for link in links)
        assert "recensement 2025" in page
    case_file.owner = make_member(COACHING)
    CaseFile.objects.update(owner=case_file.owner)
    client.force_login(coach)
    page = client.get(url).content.decode()
    assert "suivi par quelqu’un d’autre" in page
    assert not any(link in page for link in links)


def test_a_sheet_without_case_file_has_no_such_panel(client):
    sheet = make_sheet(live=False)
    client.force_login(make_member(MODERATION))
    page = client.get(reverse("wagtailadmin_pages:edit", args=[sheet.pk])).content.decode()
    assert "D’où vient la fiche" not in page


def test_nothing_of_it_is_public(client, case_file):
    sheet = make_sheet()
    CaseFile.objects.filter(pk=case_file.pk).update(sheet=sheet)
    interview = case_file.interviews.get()
    SheetSource.objects.create(sheet=sheet, interview=interview, block_id="bloc", sentence="0" * 16, second=98765)
    client.logout()
    page = client.get(sheet.url).content.decode()
    for private in (
        "98765",
        "data-mark",
        "Entendu",
        "entretiens/",
        "dossiers/",
        "Les agendas.",
        str(interview),
        case_file.answer.title,
    ):
        assert private not in page


def test_a_withdrawn_consent_keeps_any_version_from_being_published():
    case_file = make_case_file(stage=Stage.PUBLICATION, sheet=make_sheet(live=False))
    make_interview(case_file)
    sheet = case_file.sheet
    revision = sheet.get_latest_revision()
    message = "Un entretien de cette fiche n’a pas de consentement, ou son consentement a été retiré."
    assert message not in sheet.clearance_errors(revision)
    Consent.objects.update(withdrawn_on="2026-04-01")
    assert message in sheet.clearance_errors(revision)
    with pytest.raises(ValidationError, match="consentement a été retiré"):
        revision.publish()
    sheet.refresh_from_db()
    assert not sheet.live


def coding_form(client, interview: Interview):
    html = client.get(reverse("interview_analysis", args=[interview.pk])).content.decode()
    place = html[: html.index("Enregistrer l’analyse")].count("<form") - 1
    return querydict_from_html(html, form_index=place)


def test_the_analysis_ties_answers_to_sections_and_keeps_verbatims(client, coach):
    interview = make_interview(make_case_file(stage=Stage.ANALYSIS, owner=coach))
    note = answer(interview, 0, verbatim="On courait.")
    form = coding_form(client, interview)
    assert form.getlist(f"n{note.pk}-sections") == ["contexte"]
    form.setlist(f"n{note.pk}-sections", ["moyens", "leviers", "inconnue"])
    form[f"n{note.pk}-kept"] = "on"
    client.post(reverse("interview_analysis", args=[interview.pk]), dict(form.lists()))
    note.refresh_from_db()
    assert (note.sections, note.is_kept) == (["moyens", "leviers"], True)


def test_an_answer_may_go_nowhere(client, coach, case_file):
    interview = case_file.interviews.get()
    note = interview.answers.first()
    form = coding_form(client, interview)
    form.setlist(f"n{note.pk}-sections", [])
    client.post(reverse("interview_analysis", args=[interview.pk]), dict(form.lists()))
    assert coding_form(client, interview).getlist(f"n{note.pk}-sections") == []
    assert texts(drafted(client, case_file), "contexte") == []


def test_two_analyses_at_once_meet_a_clear_message(client, coach):
    interview = make_interview(make_case_file(stage=Stage.ANALYSIS, owner=coach))
    note = answer(interview, 0)
    one, two = coding_form(client, interview), coding_form(client, interview)
    url = reverse("interview_analysis", args=[interview.pk])
    one.setlist(f"n{note.pk}-sections", ["leviers"])
    two.setlist(f"n{note.pk}-sections", ["moyens"])
    client.post(url, dict(one.lists()))
    response = client.post(url, dict(two.lists()))
    assert "les deux textes sont montrés" in summary(response) and str(note) in summary(response)
    page = response.content.decode()
    assert "Choix enregistré entretemps" in page and "Leviers" in page
    note.refresh_from_db()
    assert note.sections == ["leviers"]


def test_the_case_file_shows_its_interviews_and_the_button(client, case_file, coach):
    url = reverse("case_files:edit", args=[case_file.pk])
    page = client.get(url).content.decode()
    assert reverse("interview", args=[case_file.interviews.get().pk]) in page
    assert "Générer le brouillon de fiche" in page
    Consent.objects.all().delete()
    page = client.get(url).content.decode()
    assert "Générer le brouillon de fiche" not in page and "consentement valable" in page
