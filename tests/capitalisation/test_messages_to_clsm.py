"""What a CLSM reads of a decision is written for it: the Centre's own reasons stay in the case file."""

from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse

from caps_sheets.capitalisation.case_files.services import move
from caps_sheets.capitalisation.census.services import change_state
from caps_sheets.capitalisation.models import CaseFile, CensusChange, CensusState, Stage
from portal.moderation.models import Notice
from portal.site_setup.roles import COACHING, MODERATION
from tests.capitalisation.pipeline_worlds import make_ready
from tests.factories.capitalisation import make_answer, make_member
from tests.factories.network import make_coordinator

pytestmark = pytest.mark.django_db

INTERNAL = "Le porteur nous paraît peu fiable."
MESSAGE = "Nous reprendrons contact au printemps."


@pytest.fixture
def centre():
    return make_member(MODERATION)


@pytest.fixture(scope="module")
def ready(module_db) -> CaseFile:
    return make_ready(Stage.COLLECTION, make_member(COACHING))


@pytest.fixture
def case_file(ready) -> CaseFile:
    return CaseFile.objects.get(pk=ready.pk)


@pytest.fixture
def coordinator(case_file):
    return make_coordinator(case_file.answer.clsm)


def notices_to(person) -> str:
    return "\n".join(f"{one.subject}\n{one.message}" for one in Notice.objects.filter(recipient=person).order_by("pk"))


def clsm_page(client, case_file: CaseFile, coordinator) -> str:
    client.force_login(coordinator)
    answer = case_file.answer
    return client.get(reverse("census_answer", args=[answer.clsm_id, answer.pk])).content.decode()


def post(client, case_file: CaseFile, action: str, **values: str):
    address = reverse("case_files:move", args=[case_file.pk, action])
    return client.post(address, {"revision": CaseFile.objects.get().revision, **values}, follow=True)


def test_a_file_set_aside_tells_the_clsm_what_was_written_for_it_and_no_more(client, centre, coordinator, case_file):
    client.force_login(centre)
    form = client.get(reverse("case_files:edit", args=[case_file.pk])).content.decode()
    assert "Motif interne" in form and "Message au CLSM" in form
    post(client, case_file, "ecarter", reason=INTERNAL, message=MESSAGE)
    told = notices_to(coordinator)
    assert "Pas de fiche pour l’instant" in told
    assert "L’action reste recensée" in told and MESSAGE in told
    assert INTERNAL not in told and "Merci" not in told
    page = clsm_page(client, case_file, coordinator)
    assert MESSAGE in page and INTERNAL not in page
    assert INTERNAL in notices_to(case_file.owner)
    assert CaseFile.objects.get().moves.first().reason == INTERNAL


def test_without_a_message_the_clsm_is_told_the_fact_alone(client, centre, coordinator, case_file):
    move(case_file, "ecarter", by=centre, reason=INTERNAL)
    told = notices_to(coordinator)
    assert "pour l’instant" in told and "Message du Centre" not in told and INTERNAL not in told
    assert INTERNAL not in clsm_page(client, case_file, coordinator)


@pytest.mark.parametrize("action", ["revenir", "ajourner"])
def test_a_step_inside_the_centre_tells_the_clsm_nothing(client, centre, coordinator, case_file, action):
    move(case_file, action, by=centre, reason=INTERNAL, message="Perdu")
    assert notices_to(coordinator) == ""
    page = clsm_page(client, case_file, coordinator)
    assert INTERNAL not in page and "Perdu" not in page


def test_only_a_decision_that_writes_to_the_clsm_offers_a_message(client, centre, case_file):
    client.force_login(centre)
    text = client.get(reverse("case_files:edit", args=[case_file.pk])).content.decode()
    assert text.count('name="message"') == 1


@pytest.mark.parametrize(
    ("before", "after", "subject"),
    [
        (CensusState.SUBMITTED, CensusState.RECORDED, "Action recensée"),
        (CensusState.ARCHIVED, CensusState.RECORDED, "Action de nouveau recensée"),
        (CensusState.SHORTLISTED, CensusState.RECORDED, "Pas de fiche pour l’instant"),
        (CensusState.RECORDED, CensusState.SHORTLISTED, "Le Centre s’intéresse à votre action"),
        (CensusState.SUBMITTED, CensusState.INCOMPLETE, "Action à compléter"),
        (CensusState.SUBMITTED, CensusState.REFUSED, "Action non retenue au recensement"),
        (CensusState.RECORDED, CensusState.ARCHIVED, "Action archivée"),
    ],
)
def test_each_change_has_its_own_notice(centre, before, after, subject):
    answer = make_answer(state=before)
    person = make_coordinator(answer.clsm)
    change_state(answer, after, by=centre, reason=MESSAGE)
    told = Notice.objects.get(recipient=person)
    assert told.subject == f"{subject} : {answer}".replace(" :", "\xa0:") or told.subject == f"{subject} : {answer}"
    assert MESSAGE in told.message
    assert ("Merci" in told.message) == (before == CensusState.SUBMITTED and after == CensusState.RECORDED)


def test_the_registry_names_the_text_that_leaves(client, centre):
    answer = make_answer(state=CensusState.SUBMITTED)
    client.force_login(centre)
    text = client.get(reverse("recensement_modeladmin_inspect", args=[answer.pk])).content.decode()
    assert "Message au CLSM" in text and ">Motif<" not in text


def test_two_people_of_the_centre_decide_once(client, centre):
    """The second confirms the answer as it was on screen, and reads who decided."""
    answer = make_answer(state=CensusState.SUBMITTED)
    make_coordinator(answer.clsm)
    other = make_member(MODERATION, first_name="Alix", last_name="Exemple")
    change_state(answer, CensusState.REFUSED, by=other, reason="Hors sujet.")
    client.force_login(centre)
    seen = CensusState.SUBMITTED.value
    posted = {"action": answer.pk, f"vu-{answer.pk}": seen, "etat": CensusState.INCOMPLETE.value, "motif": "Datez."}
    posted["confirme"] = "1"
    text = client.post(reverse("census_batch_confirm"), posted, follow=True).content.decode()
    assert "Décision déjà prise par Alix Exemple le " in text
    answer.refresh_from_db()
    assert answer.state == CensusState.REFUSED


def test_internal_reasons_that_were_copied_to_the_clsm_are_taken_away(case_file, centre, coordinator):
    migration = import_module("caps_sheets.capitalisation.migrations.0009_messages_to_clsm")
    move(case_file, "ecarter", by=centre, reason=INTERNAL)
    answer = case_file.answer
    answer.changes.update(reason=INTERNAL)
    CensusChange.objects.create(answer=answer, before="soumise", after="a-completer", reason=MESSAGE)
    migration.take_internal_reasons_away(apps, None)
    assert sorted(answer.changes.values_list("reason", flat=True)) == ["", MESSAGE]
