"""Factories of the capitalisation room: census answers, case files, framing grids, accounts by role."""

from datetime import date
from itertools import count

from django.contrib.auth.models import Group

from caps_sheets.capitalisation.case_files.queries import load_criteria
from caps_sheets.capitalisation.models import (
    CaseFile,
    CensusAnswer,
    CensusState,
    FramingAnswer,
    FramingCriterion,
    Progress,
    Stage,
    Wish,
)
from network.models import CoordinatorAssignment
from portal.site_setup.roles import COORDINATION, setup_roles
from portal.taxonomies.models import Vocabulary
from portal.users.models import User
from tests.factories.network import make_clsm, make_term, make_theme

numbers = count(1)


def make_answer(**kw: object) -> CensusAnswer:
    """A complete answer, « recensée » and public by default; its lists of terms may be given."""
    number = next(numbers)
    terms = {
        "audiences": (Vocabulary.AUDIENCE, "travailleurs-sociaux"),
        "settings": (Vocabulary.SETTING, "etablissement-de-sante"),
        "action_types": (Vocabulary.ACTION_TYPE, "stage-croise"),
    }
    chosen = {name: kw.pop(name, [make_term(*term)]) for name, term in terms.items()}
    defaults: dict[str, object] = {
        "title": f"Action d’exemple {number}",
        "description": "Une action fictive, pour les essais.",
        "respondent_role": "Coordinatrice du CLSM",
        "progress": Progress.FINISHED,
        "start_date": date(2023, 9, 1),
        "end_date": date(2024, 6, 30),
        "edition": 2025,
        "carrier_name": "Commune d’exemple",
        "wish": Wish.YES,
        "allows_publication": True,
        "state": CensusState.RECORDED,
        "is_demo": True,
    }
    if "clsm" not in kw:
        kw["clsm"] = make_clsm()
    if "main_theme" not in kw:
        kw["main_theme"] = make_theme()
    answer = CensusAnswer.objects.create(**(defaults | kw))
    for name, values in chosen.items():
        getattr(answer, name).set(values)
    return answer


def make_case_file(stage: Stage = Stage.SPOTTING, **kw: object) -> CaseFile:
    """A case file put at ``stage`` without its history; ``answer`` is made when it is not given."""
    if "answer" not in kw:
        state = CensusState.SHORTLISTED if stage <= Stage.FRAMING else CensusState.CAPITALISING
        kw["answer"] = make_answer(state=state)
    return CaseFile.objects.create(**({"stage": stage} | kw))


def answer_framing(case_file: CaseFile, *, is_met: bool = True, score: int = 2) -> None:
    """Answer the whole grid: the same for each blocking criterion, the same score for each other one."""
    load_criteria()
    for criterion in FramingCriterion.objects.filter(is_active=True):
        value = {"is_met": is_met} if criterion.is_blocking else {"score": score}
        FramingAnswer.objects.update_or_create(case_file=case_file, criterion=criterion, defaults=value)


def make_member(role: str, **kw: object) -> User:
    """An account that holds one role of ``portal.site_setup.roles``; a coordinator is in post, or has no access."""
    if not Group.objects.filter(name=role).exists():
        setup_roles()
    user = User.objects.create_user(**({"email": f"equipe{next(numbers)}@clsm.example", "first_name": role} | kw))
    if role == COORDINATION:
        CoordinatorAssignment.objects.create(clsm=make_clsm(), user=user, start=date(2021, 1, 1))
        return User.objects.get(pk=user.pk)
    user.groups.add(Group.objects.get(name=role))
    return user
