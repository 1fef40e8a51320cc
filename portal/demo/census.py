"""The census of the demonstration: each action declared, then decided on, by accounts of the right role."""

import tomllib
from pathlib import Path
from typing import Any

from caps_sheets.capitalisation.census.services import change_state
from caps_sheets.capitalisation.models import CensusAnswer, CensusState
from network.models import ClsmPage, CoordinatorAssignment
from portal.demo import lookups
from portal.demo.accounts import account
from portal.taxonomies.models import Vocabulary
from portal.users.models import User

FILE = Path(__file__).parent / "census.toml"
EDITION = 2026
VOCABULARIES = {
    "audiences": Vocabulary.AUDIENCE,
    "settings": Vocabulary.SETTING,
    "action_types": Vocabulary.ACTION_TYPE,
    "funders": Vocabulary.FUNDER,
}
#: Fields of the file with the names of the model.
COPIED = (
    "title", "description", "progress", "involvement", "budget", "reach", "session_count", "evaluation", "wish",
    "went_well", "went_wrong",
)  # fmt: skip


def seed_census() -> int:
    """Every action of the file that does not exist yet."""
    added = 0
    for data in tomllib.loads(FILE.read_text(encoding="utf-8"))["action"]:
        clsm = ClsmPage.objects.get(slug=data["clsm"])
        if not CensusAnswer.objects.filter(clsm=clsm, title=data["title"]).exists():
            decide(declare(data, clsm), data)
            added += 1
    return added


def coordinator(clsm: ClsmPage) -> User:
    return CoordinatorAssignment.objects.current().filter(clsm=clsm).select_related("user")[0].user


def declare(data: dict[str, Any], clsm: ClsmPage) -> CensusAnswer:
    respondent = coordinator(clsm)
    theme, *others = lookups.themes_of([data["theme"], *data.get("others", ())])
    answer = CensusAnswer.objects.create(
        clsm=clsm,
        edition=EDITION,
        respondent=respondent,
        respondent_role=respondent.job_title,
        respondent_email=respondent.email,
        main_theme=theme,
        start_date=data.get("start"),
        end_date=data.get("end"),
        carrier_name=data.get("carrier", ""),
        availability="Le matin, en visioconférence." if data.get("wish") == "oui" else "",
        allows_publication=True if data["states"] else None,
        is_demo=data.get("is_demo", True),
        **{name: data[name] for name in COPIED if name in data},
    )
    answer.themes.set(others)
    answer.objectives.set({chosen.objective for chosen in (theme, *others)})
    for name, vocabulary in VOCABULARIES.items():
        getattr(answer, name).set(lookups.terms_of(vocabulary, data.get(name, ())))
    answer.communes.set(item.commune for item in clsm.commune_items.all()[:1])
    return answer


def decide(answer: CensusAnswer, data: dict[str, Any]) -> None:
    """The coordination sends, the Centre decides; the last decision has the reason."""
    for state in data["states"]:
        to = CensusState(state)
        by = coordinator(answer.clsm) if to == CensusState.SUBMITTED else account("moderation")
        change_state(answer, to, by=by, reason=data.get("reason", "") if state == data["states"][-1] else "")
