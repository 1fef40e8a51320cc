"""After an answer was sent: the Centre corrects it with a trace, the CLSM takes it back or asks."""

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.urls import reverse

from caps_sheets.capitalisation.census.corrections import ask, correct, raw_answers
from caps_sheets.capitalisation.census.services import change_state, send
from caps_sheets.capitalisation.models import (
    CensusAnswer,
    CensusCorrection,
    CensusEdition,
    CensusRequest,
    CensusState,
)
from portal.base.errors import RefusedError
from portal.moderation.models import Notice
from portal.site_setup.roles import COACHING, EDITING, MODERATION
from portal.taxonomies.models import Vocabulary
from tests.capitalisation.census_world import former_coordinator, make_draft, url
from tests.factories.capitalisation import make_answer, make_member
from tests.factories.network import make_clsm, make_coordinator, make_term
from tests.refusals import NOT_FOUND, assert_refused

pytestmark = pytest.mark.django_db
S = CensusState


@pytest.fixture
def answer() -> CensusAnswer:
    return make_answer(title="Café des aidants", respondent_email="ici@clsm.example")


@pytest.fixture
def person(answer):
    return make_coordinator(answer.clsm)


@pytest.fixture
def centre():
    return make_member(MODERATION)


def said(response) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def correct_url(answer: CensusAnswer) -> str:
    return reverse("census_correct", args=[answer.pk])


def page_of(answer: CensusAnswer, **changed: object) -> dict[str, object]:
    """What the screen posts: every answer, some changed, and the message."""
    return raw_answers(answer) | {"revision": answer.revision, "message": "Vu au téléphone."} | changed


# The Centre corrects


def test_a_correction_leaves_what_who_when_before_and_after(client, answer, person, centre):
    other = make_term(Vocabulary.AUDIENCE, "elus", "Élus")
    client.force_login(centre)
    assert (
        "Corriger les réponses"
        in client.get(reverse("recensement_modeladmin_inspect", args=[answer.pk])).content.decode()
    )
    assert client.get(correct_url(answer)).context["form"]["title"].value() == "Café des aidants"
    values = page_of(answer, title="Café des aidants et des proches", audiences=[str(other.pk)])
    response = client.post(correct_url(answer), values)
    assert "Corrigé : Intitulé de l’action, Publics" in said(response)
    correction = CensusCorrection.objects.get()
    assert (correction.by, correction.message) == (centre, "Vu au téléphone.")
    assert [(change["before"], change["after"]) for change in correction.changes] == [
        ("Café des aidants", "Café des aidants et des proches"),
        ("Travailleurs sociaux", "Élus"),
    ]
    fresh = CensusAnswer.objects.get()
    assert (fresh.title, fresh.state, fresh.revision) == ("Café des aidants et des proches", S.RECORDED, 1)
    assert list(fresh.audiences.all()) == [other]
    notice = Notice.objects.get(event="census_corrected")
    assert (notice.recipient, notice.link) == (person, url("answer", answer))
    assert "« Café des aidants » devient « Café des aidants et des proches »" in notice.message
    assert "Pourquoi : Vu au téléphone." in notice.message
    client.force_login(person)
    shown = client.get(url("answer", answer)).content.decode()
    assert "Ce que le Centre a corrigé" in shown and "Vu au téléphone." in shown


@pytest.mark.parametrize(
    ("changed", "field", "text"),
    [
        ({"title": ""}, "title", "Il manque : intitulé de l’action."),
        ({"start_date": "hier"}, "start_date", "n’est pas une date : écrivez 12/03/2024"),
        ({"end_date": "2020-01-01"}, "end_date", "Il manque : une fin qui suive le début."),
        ({"audiences": ["999999", "x"]}, "audiences", ""),
        ({"title": "Autre", "message": " "}, "message", "Dites au CLSM ce qui est corrigé"),
        ({}, "__all__", "Aucune réponse n’a changé"),
        ({"title": "Autre", "revision": "7"}, "__all__", "a changé depuis l’ouverture"),
        ({"title": "Autre", "revision": "9" * 40}, "__all__", "a changé depuis l’ouverture"),
    ],
)
def test_what_is_refused_is_said_beside_its_field_and_nothing_is_lost(client, answer, centre, changed, field, text):
    client.force_login(centre)
    before = CensusAnswer.objects.values().get()
    response = client.post(correct_url(answer), page_of(answer, **changed))
    assert response.status_code == 400
    assert text in " ".join(response.context["form"].errors[field])
    assert "Vu au téléphone." in response.content.decode() or "message" in changed
    assert CensusAnswer.objects.values().get() == before
    assert not CensusCorrection.objects.exists() and not Notice.objects.exists()


def test_a_draft_and_what_the_clsm_completes_are_not_corrected(client, answer, person, centre):
    client.force_login(centre)
    draft = make_draft(answer.clsm)
    assert_refused(client.get(correct_url(draft)), NOT_FOUND)
    CensusAnswer.objects.filter(pk=answer.pk).update(state=S.INCOMPLETE)
    assert "en train de compléter" in said(client.get(correct_url(answer)))
    assert client.post(correct_url(answer), page_of(answer, title="X")).status_code == 400
    client.force_login(make_member(COACHING))
    client.post(correct_url(answer), page_of(answer, title="X"))
    assert CensusAnswer.objects.get(pk=answer.pk).title == "Café des aidants"


def test_the_public_card_follows_a_correction_and_its_day_only_when_it_changes(client, answer, centre):
    seen = answer.updated_at
    typed = raw_answers(answer)
    correct(answer, typed | {"partners": ["L’hôpital"]}, by=centre, revision=0, message="Oubli.")
    assert CensusAnswer.objects.get().updated_at == seen
    correct(answer, typed | {"partners": ["L’hôpital"], "title": ["Le café"]}, by=centre, revision=1, message="Oubli.")
    assert CensusAnswer.objects.get().updated_at > seen
    assert "Le café" in client.get(CensusAnswer.objects.get().url).content.decode()


# The CLSM takes back


def test_a_sent_answer_is_taken_back_changed_and_sent_again(client, answer, person, centre):
    CensusAnswer.objects.filter(pk=answer.pk).update(state=S.SUBMITTED)
    client.force_login(person)
    assert "Reprendre cette action" in client.get(url("answer", answer)).content.decode()
    assert "de nouveau un brouillon" in said(client.post(url("take_back", answer)))
    fresh = CensusAnswer.objects.get()
    assert (fresh.state, fresh.submitted_at) == (S.DRAFT, None)
    notice = Notice.objects.get(event="census_taken_back")
    assert notice.recipient == centre and "Café des aidants" in notice.subject
    client.force_login(centre)
    assert "Café des aidants" not in client.get("/admin/recensement/").content.decode()
    assert send(fresh, by=person, revision=0).state == S.SUBMITTED
    client.force_login(person)
    client.post(url("take_back", answer))
    client.post(url("delete", answer))
    assert not CensusAnswer.objects.exists()


@pytest.mark.parametrize("state", [S.RECORDED, S.SHORTLISTED, S.CAPITALISED, S.ARCHIVED, S.REFUSED, S.INCOMPLETE])
def test_what_the_centre_decided_on_is_not_taken_back(client, answer, person, state):
    CensusAnswer.objects.filter(pk=answer.pk).update(state=state)
    client.force_login(person)
    assert "Décision déjà prise" in said(client.post(url("take_back", answer)))
    assert CensusAnswer.objects.get().state == state
    assert "Reprendre cette action" not in client.get(url("answer", answer)).content.decode()


def test_an_answer_is_not_taken_back_once_it_could_not_be_sent_again(answer, person):
    CensusAnswer.objects.filter(pk=answer.pk).update(state=S.SUBMITTED, edition=2026)
    CensusEdition.objects.create(year=2026, opens_on="2026-03-02", closes_on="2026-06-30")
    seen = CensusAnswer.objects.get()
    with time_machine.travel("2026-07-01T00:30:00+02:00"), pytest.raises(RefusedError, match="ne pourrait plus être"):
        change_state(seen, S.DRAFT, by=person)
    with time_machine.travel("2026-06-30T23:30:00+02:00"):
        assert change_state(seen, S.DRAFT, by=person).state == S.DRAFT


# The CLSM asks


def test_a_retained_action_is_asked_about_and_the_centre_replies(client, answer, person, centre):
    client.force_login(person)
    assert "Demander une correction" in client.get(url("answer", answer)).content.decode()
    wrong = client.post(url("ask", answer), {"wish": "vendre", "text": "Le titre."})
    assert wrong.status_code == 400 and "Le titre." in wrong.content.decode()
    client.post(url("ask", answer), {"wish": "corriger", "text": "Le titre est faux."})
    request = CensusRequest.objects.get()
    notice = Notice.objects.get(event="census_asked")
    assert notice.recipient == centre and "demande de corriger une réponse" in notice.message
    assert "n’a pas encore répondu" in client.get(url("answer", answer)).content.decode()
    assert client.get(url("ask", answer)).url == url("answer", answer)
    with pytest.raises(RefusedError, match="une demande attend"):
        ask(answer, wish="retirer", text="Encore.", by=person)

    client.force_login(centre)
    assert "Café des aidants" in client.get("/admin/recensement/?demandes=oui").content.decode()
    assert "Le titre est faux." in client.get(notice.link).content.decode()
    address = reverse("census_reply", args=[request.pk])
    assert client.post(address, {"reply": " "}).status_code == 200
    assert "envoyée" in said(client.post(address, {"reply": "Il est juste."}))
    assert "Décision déjà prise" in client.post(address, {"reply": "Encore."}).content.decode()
    told = Notice.objects.get(event="census_replied")
    assert told.recipient == person and "Il est juste." in told.message
    client.force_login(person)
    shown = client.get(url("answer", answer)).content.decode()
    assert "Il est juste." in shown and "Demander une correction" in shown


@pytest.mark.parametrize("act", ["correct", "complete", "archive", "shortlist"])
def test_what_the_centre_does_to_the_action_is_its_reply(answer, person, centre, act):
    ask(answer, wish="retirer", text="Elle n’a pas eu lieu.", by=person)
    if act == "correct":
        correct(answer, raw_answers(answer) | {"title": ["X"]}, by=centre, revision=0, message="Fait.")
    else:
        to = {"complete": S.INCOMPLETE, "archive": S.ARCHIVED, "shortlist": S.SHORTLISTED}[act]
        change_state(answer, to, by=centre, reason="Fait.")
    assert (CensusRequest.objects.get().settled_by == centre) is (act != "shortlist")


@pytest.mark.parametrize("who", ["former", "elsewhere", "centre"])
def test_nobody_else_takes_back_or_asks(client, answer, centre, who):
    user = {
        "former": lambda: former_coordinator(answer.clsm),
        "elsewhere": lambda: make_coordinator(make_clsm()),
        "centre": lambda: make_member(EDITING),
    }[who]()
    client.force_login(user)
    assert_refused(client.get(url("ask", answer)), NOT_FOUND)
    assert_refused(client.post(url("ask", answer), {"wish": "retirer", "text": "X"}), NOT_FOUND)
    CensusAnswer.objects.filter(pk=answer.pk).update(state=S.SUBMITTED)
    assert_refused(client.post(url("take_back", answer)), NOT_FOUND)
    assert CensusAnswer.objects.get().state == S.SUBMITTED and not CensusRequest.objects.exists()
