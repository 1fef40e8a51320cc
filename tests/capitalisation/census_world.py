"""What the tests of the census share: a CLSM, its coordinator, a draft, the addresses of the questionnaire."""

from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone

from caps_sheets.capitalisation.census.questionnaire import QUESTIONNAIRE, STEPS
from caps_sheets.capitalisation.models import CensusAnswer, CensusState
from network.models import ClsmPage, CoordinatorAssignment
from portal.users.models import User
from tests.factories.capitalisation import make_answer
from tests.factories.network import make_coordinator

FIRST = STEPS[0].key


def make_draft(clsm: ClsmPage, **kw: object) -> CensusAnswer:
    """Complete, never sent; with the address that sending asks for."""
    return make_answer(**({"clsm": clsm, "state": CensusState.DRAFT, "respondent_email": "ici@clsm.example"} | kw))


def former_coordinator(clsm: ClsmPage) -> User:
    """In post until yesterday."""
    user = make_coordinator()
    yesterday = timezone.localdate() - timedelta(1)
    CoordinatorAssignment.objects.create(clsm=clsm, user=user, start=date(2021, 1, 1), end=yesterday)
    return user


def url(name: str, answer: CensusAnswer, *args: object) -> str:
    return reverse(f"census_{name}", args=[answer.clsm_id, answer.pk, *args])


def step_url(answer: CensusAnswer, key: str = FIRST) -> str:
    return url("step", answer, key)


def typed(answer: CensusAnswer, revision: int | None = None, **values: object) -> dict[str, object]:
    """What a page that showed ``revision`` posts about some fields."""
    shown = answer.revision if revision is None else revision
    return {"present": list(values), "revision": shown, "known": "{}", **values}


def autosave(client, answer: CensusAnswer, revision: int | None = None, **values: object):
    return client.post(url("autosave", answer), typed(answer, revision, **values))


def post_step(client, answer: CensusAnswer, revision: int | None = None, to: str = "suite", **values: object):
    """The form of the step that holds the given fields."""
    key = QUESTIONNAIRE.step_with(next(iter(values))).key if values else FIRST
    return client.post(step_url(answer, key), typed(answer, revision, **values) | {"vers": to})
