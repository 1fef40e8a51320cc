"""Two departures: who coordinated until yesterday, who handed a case file over, who holds an old signed link.

Every private address of the rooms is tried by GET and by a forged POST. A new address fails the first test until it
is placed in ``departure_world``.
"""

from typing import Any

import pytest
from django.apps import apps
from django.core.serializers import serialize
from django.db import transaction
from django.db.models import Model
from django.urls import reverse

from caps_sheets.models import CapsSheetPage
from tests.security.departure_world import (
    CENTRE,
    ELSEWHERE,
    EX,
    EXPIRED,
    IN_POST,
    OWNER,
    REVOKED,
    SECRET,
    TWICE,
    World,
    names_of_the_rooms,
)

pytestmark = pytest.mark.django_db

#: Nobody’s in particular: public, a choice among one’s own, kept by a token of its own (tests/space), naming nobody.
NOT_PRIVATE = {
    "census_card",
    "choose_reuse_clsm",
    "claim",
    "claim_received",
    "data_register",
    "invitation",
    "proofreading_by_link",
    "sheet_versions",
    "space",
    "space_landing",
}
#: What the role of accompagnement opens to somebody who follows no file: lists without it, the census that was sent.
OPEN_TO_COACHES = {
    "capitalisation_board",
    "capitalisation_cases",
    "capitalisation_cases_results",
    "census_document",
    "recensement_modeladmin_inspect",
}
REFUSALS = {302, 401, 403, 404, 405}
SHEET_SCREENS = ("edit", "delete", "view_draft", "history", "copy", "workflow_history", "unpublish")
#: Whatever a form of these rooms may send.
FORGED = {
    "revision": 0,
    "present": ["title"],
    "title": "Forgé",
    "known": "{}",
    "decision": "accord",
    "has_read": "on",
    "items": ["personne-formee"],
    "kind": "accord",
    "reason": "Forgé.",
    "motif": "Forgé.",
    "etat": "recensee",
    "confirme": "oui",
    "withdrawn_on": "2026-04-01",
    "is_sure": "on",
    "delete_on": "2026-12-31",
    "last_day": "2030-01-01",
    "address": "forge@val.example",
    "account_email": "forge@val.example",
    "start": "2026-01-01",
    "send_to": "demande",
    "action-cancel-workflow": "true",
    "action-publish": "true",
}
WATCHED = ("caps_capitalisation", "caps_sheets", "network")


@pytest.fixture(scope="module")
def shared_world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        world = World()
        world.addresses = addresses(world)
        yield world
        transaction.set_rollback(True)


@pytest.fixture
def world(shared_world, db) -> World:
    return shared_world


def addresses(world: World) -> dict[str, str]:
    """name → address of everything private, the screens of the sheet included."""
    found = {name: reverse(name, kwargs=kwargs) for name, kwargs in world.places().items()}
    sheet = world.case_file.sheet
    found |= {name: reverse(f"wagtailadmin_pages:{name}", args=[sheet.pk]) for name in SHEET_SCREENS}
    state = CapsSheetPage.objects.get(pk=sheet.pk).current_workflow_task_state
    for action in ("approve", "reject", "override"):
        found[action] = reverse("wagtailadmin_pages:workflow_action", args=[sheet.pk, action, state.pk])
    return found


def rows() -> list[str]:
    watched = [model for model in apps.get_models() if model._meta.app_label in WATCHED and model._meta.managed]
    return [serialize("json", _all(model)) for model in watched]


def _all(model: type[Model]) -> Any:
    return model._base_manager.order_by("pk")


def body(response) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode(errors="replace")


def test_every_private_address_is_placed(world):
    assert sorted(names_of_the_rooms() - world.addresses.keys() - NOT_PRIVATE) == []
    assert sorted(NOT_PRIVATE - names_of_the_rooms()) == []


#: What a GET leads elsewhere or does not find, even for the people in charge, on a sheet that is not public.
NO_SCREEN = {
    "approve",
    "capitalisation_case_details",
    "capitalisation_case_framing",
    "capitalisation_case_move",
    "capitalisation_case_owner",
    "capitalisation_open_case",
    "census_next",
    "interview_draft",
    "interview_grids:delete",
    "interview_grids:edit",
    "propose_reuse",
    "sheet_life",
    "space_handover_cancel",
    "unpublish",
}


def test_the_addresses_are_those_that_open_to_the_people_in_charge(client, world):
    """Without this the refusals below could be those of a mistyped address."""
    told: set[str] = set()
    left = set(world.addresses)
    followed = {"capitalisation_case", "interview", "interview_answers", "interview_file", "edit"}
    for who, names in ((OWNER, followed), (CENTRE, left), (IN_POST, left)):
        client.force_login(world.people[who])
        for name in sorted(names & left):
            response = client.get(world.addresses[name])
            if response.status_code in (200, 405):
                left.remove(name)
                told |= {name} if SECRET in body(response) else set()
        assert who != OWNER or not followed & left, "the sheet and the interviews went to the successor"
    assert left <= NO_SCREEN
    assert {"capitalisation_case", "interview", "interview_answers", "proofreading", "census_step", "edit"} <= told


@pytest.mark.parametrize("who", [EX, ELSEWHERE, TWICE, REVOKED, EXPIRED])
def test_refused_everywhere(client, world, who):
    if who in world.people:
        client.force_login(world.people[who])
    else:
        by_link = reverse("proofreading_by_link", args=[world.token(who)])
        for response in (client.get(by_link), client.post(by_link, FORGED | {"role": "Élue"})):
            assert response.status_code == 410 and SECRET not in body(response)
    before = rows()
    allowed = OPEN_TO_COACHES if who == TWICE else set()
    for name, address in world.addresses.items():
        for response in (client.get(address), client.post(address, FORGED)):
            assert response.status_code in REFUSALS or name in allowed, (name, response.status_code)
            assert SECRET not in body(response) or name == "census_document", name
    assert rows() == before
