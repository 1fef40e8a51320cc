"""After an answer was sent: the Centre corrects it and leaves a trace, the CLSM asks, the Centre replies."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.text import capfirst
from wagtail.log_actions import log

from caps_sheets.capitalisation.census.notifications import tell_of_correction, tell_of_reply, tell_of_request
from caps_sheets.capitalisation.census.questionnaire import QUESTIONNAIRE
from caps_sheets.capitalisation.models import (
    CARD_FIELDS,
    EDITABLE,
    PUBLIC_STATES,
    CensusAnswer,
    CensusCorrection,
    CensusRequest,
)
from portal.base.errors import RefusedError, already_decided
from portal.base.locks import locked
from portal.base.questionnaires.forms import AnswerForm
from portal.base.questionnaires.values import Raw, normalised
from portal.users.models import User

CORRECTED, ASKED, REPLIED = (f"capitalisation.census_{what}" for what in ("corrected", "asked", "replied"))

#: Retained by the Centre: the CLSM asks, it no longer takes its answer back.
MAY_ASK = PUBLIC_STATES


class AnswersRefusedError(Exception):
    """``errors``: field → why what the Centre typed cannot be written."""

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        super().__init__(str(dict(errors)))
        self.errors = errors


@transaction.atomic
def correct(
    answer: CensusAnswer, typed: Mapping[str, list[str]], *, by: User, revision: int, message: str
) -> CensusCorrection:
    """Write what differs, all or nothing, and tell the CLSM each value before and after.

    Raises ``RefusedError`` if the answer changed meanwhile, ``AnswersRefusedError`` if a value is not acceptable.
    """
    fresh = locked(answer, "clsm")
    _check_state(fresh, revision, message)
    raws = {name: normalised(typed.get(name, [])) for name in QUESTIONNAIRE.fields}
    changed = {name: raw for name, raw in raws.items() if raw != QUESTIONNAIRE.raw_value(fresh, name)}
    if not changed:
        raise RefusedError("Aucune réponse n’a changé : il n’y a rien à enregistrer.")
    before = {name: QUESTIONNAIRE.raw_value(fresh, name) for name in changed}
    _write(fresh, changed)
    changes = [_change(name, before[name], changed[name]) for name in changed]
    correction = CensusCorrection.objects.create(answer=fresh, changes=changes, message=message.strip(), by=by)
    log(instance=fresh, action=CORRECTED, user=by, data={"fields": list(changed)})
    settle(fresh, by=by)
    tell_of_correction(fresh, correction)
    return correction


def _check_state(answer: CensusAnswer, revision: int, message: str) -> None:
    if answer.state in EDITABLE:
        raise RefusedError("Le CLSM est en train de compléter cette action : elle ne se corrige pas d’ici.")
    if answer.revision != revision:
        raise RefusedError(
            "Cette action a changé depuis l’ouverture de cette page. Vos corrections sont encore à l’écran :"
            " ouvrez l’action dans un autre onglet, puis reprenez-les."
        )
    if not message.strip():
        raise AnswersRefusedError({"message": ["Dites au CLSM ce qui est corrigé, et pourquoi."]})


def _write(answer: CensusAnswer, changed: Mapping[str, Raw]) -> None:
    form = AnswerForm(QUESTIONNAIRE, answer, changed, changed)
    form.is_valid()
    errors = {name: [str(error) for error in errors] for name, errors in form.errors.items()}
    answer.revision += 1
    for name in changed:
        answer.field_revisions[name] = answer.revision
        if name not in errors:
            answer.typed.pop(name, None)
            QUESTIONNAIRE.set_value(answer, name, form.cleaned_data.get(name))
    for missing in QUESTIONNAIRE.missing_answers(answer):
        if missing.field in changed:
            errors.setdefault(missing.field, [f"Il manque : {missing.label}."])
    if errors:
        raise AnswersRefusedError(errors)
    is_same_card = answer.is_public and not changed.keys() & CARD_FIELDS
    columns = {name for name in changed if not QUESTIONNAIRE.field_of(name).many_to_many}
    kept = columns | {"revision", "field_revisions", "typed"}
    answer.save(update_fields=kept if is_same_card else None)


def _change(name: str, before: Raw, after: Raw) -> dict[str, str]:
    texts = QUESTIONNAIRE.readable(name, before), QUESTIONNAIRE.readable(name, after)
    return {"field": name, "label": capfirst(QUESTIONNAIRE.label_of(name)), "before": texts[0], "after": texts[1]}


@transaction.atomic
def ask(answer: CensusAnswer, *, wish: str, text: str, by: User) -> CensusRequest:
    """Ask the Centre to correct or withdraw an answer that it has retained. Raises ``RefusedError``."""
    fresh = locked(answer, "clsm")
    if fresh.state not in MAY_ASK:
        raise RefusedError(f"Cette action est « {fresh.get_state_display()} » : il n’y a rien à demander au Centre.")
    if waiting := fresh.requests.filter(settled_at=None).first():
        raise already_decided("une demande attend la réponse du Centre", by=waiting.by, at=waiting.at)
    request = CensusRequest.objects.create(answer=fresh, wish=wish, text=text.strip(), by=by)
    log(instance=fresh, action=ASKED, user=by, data={"wish": wish})
    tell_of_request(fresh, request)
    return request


@transaction.atomic
def reply(request: CensusRequest, text: str, *, by: User) -> CensusRequest:
    """Answer a request without changing the action."""
    answer = locked(request.answer, "clsm")
    fresh = locked(request)
    if fresh.settled_at:
        raise already_decided("la demande a sa réponse", by=fresh.settled_by, at=fresh.settled_at)
    fresh.reply, fresh.settled_by, fresh.settled_at = text.strip(), by, timezone.now()
    fresh.save(update_fields=["reply", "settled_by", "settled_at"])
    log(instance=answer, action=REPLIED, user=by, data={"request": fresh.pk})
    tell_of_reply(answer, fresh)
    return fresh


def settle(answer: CensusAnswer, *, by: User | None) -> None:
    """What the Centre does to the action is its answer: the CLSM is told by the notice of that act."""
    answer.requests.filter(settled_at=None).update(settled_by=by, settled_at=timezone.now())


def waiting_request(answer: CensusAnswer) -> CensusRequest | None:
    return answer.requests.filter(settled_at=None).select_related("by").first()


def raw_answers(answer: CensusAnswer) -> dict[str, Raw]:
    """What the form of the corrections holds at first."""
    return {name: QUESTIONNAIRE.raw_value(answer, name) for name in QUESTIONNAIRE.fields}
