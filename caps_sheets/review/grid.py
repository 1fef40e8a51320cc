"""The official grid: its versions, how it is filled, what it blocks, and changes since the previous text.

Sources: domain dossier §2.1 and §3.2. Category 1 is the official text of capitalisationsante.fr; the Centre may adapt
the other three, version by version.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from wagtail.log_actions import log
from wagtail.models import Revision, TaskState

from caps_sheets.models.clearance import text_key
from caps_sheets.models.parts import HEADINGS, IDENTITY, changed_since
from caps_sheets.models.review import (
    GRID_FILLED,
    Answer,
    Category,
    CriterionAnswer,
    GridDecision,
    GridReview,
    ReviewCriterion,
    ReviewGrid,
    criteria_of,
    review_of,
)
from caps_sheets.models.tasks import GridReviewTask
from portal.base.errors import RefusedError, already_decided
from portal.base.locks import locked
from portal.moderation.models.authorship import contributors
from portal.users.models import User

if TYPE_CHECKING:
    from caps_sheets.models import CapsSheetPage


#: category → (key, criterion, help text)
OFFICIAL: dict[Category, tuple[tuple[str, str, str], ...]] = {
    Category.METHOD: (
        ("trois-parties", "Les trois parties sont présentes", "Résumé, carte d’identité, texte."),
        ("metadonnees", "Les métadonnées sont complètes", "Elles servent à la recherche sur le portail."),
        (
            "etapes-competences-outils",
            "Les étapes, les éléments saillants, les compétences et les outils sont décrits",
            "Un lecteur comprend comment faire.",
        ),
        ("qualite-redactionnelle", "La rédaction est de qualité", "Claire, précise, sans jargon ni répétition."),
        ("parole-des-acteurs", "La parole des acteurs est restituée", "Des verbatims, signés par une fonction."),
        ("enseignements", "L’action est mise en perspective", "Des enseignements utiles à d’autres territoires."),
    ),
    Category.ELIGIBILITY: (
        ("portee-par-un-clsm", "L’action est portée ou co-portée par un CLSM", ""),
        ("recul", "L’action est terminée, ou menée depuis au moins un an", ""),
        ("sante-mentale", "L’action relève de la promotion de la santé mentale ou de la prévention", ""),
        ("porteur-volontaire", "Le porteur est volontaire", ""),
        ("accompagnement-externe", "L’accompagnateur ou l’accompagnatrice est extérieur·e à l’action", ""),
    ),
    Category.VALUES: (
        ("equite", "L’action tient compte des inégalités sociales de santé", ""),
        (
            "non-stigmatisation",
            "Ni l’action ni la fiche ne stigmatisent",
            "Personne n’est réduit à un diagnostic.",
        ),
        (
            "participation-des-personnes",
            "Les personnes concernées ont eu leur place",
            "Dans l’action et dans son récit.",
        ),
        ("consentement", "Le consentement des personnes est respecté", "Entretiens, citations, images."),
        (
            "independance",
            "L’action est indépendante d’intérêts commerciaux",
            "Ni produit ni groupe de pression.",
        ),
        ("non-culpabilisation", "Le discours ne culpabilise pas", ""),
    ),
    Category.PRINCIPLES: (
        ("approche-globale", "Approche globale, attentive aux déterminants", ""),
        ("intersectorialite", "Intersectorialité", "Plusieurs secteurs agissent ensemble."),
        ("participation", "Participation", "De l’information à la co-décision."),
        ("pouvoir-d-agir", "Pouvoir d’agir", "L’action renforce les capacités des personnes."),
        ("universalisme-proportionne", "Proximité et universalisme proportionné", ""),
        ("durabilite", "Durabilité", ""),
        ("evaluation", "Évaluation", "« Non évaluée » est une réponse acceptée."),
    ),
}


@transaction.atomic
def setup_grid() -> list[str]:
    """Create the first version if there is none. Safe to run again."""
    if ReviewGrid.objects.exists():
        return []
    grid = ReviewGrid(version=1, is_current=True, note="Première version.")
    rows = ((category, *row) for category, criteria in OFFICIAL.items() for row in criteria)
    grid.criteria = [
        ReviewCriterion(category=category, key=key, label=label, help_text=help_text, sort_order=rank)
        for rank, (category, key, label, help_text) in enumerate(rows)
    ]
    grid.save()
    return ["Grille de relecture, version 1, créée."]


#: The parts where the answer to a criterion is found. A criterion that is not listed is about the whole sheet.
ABOUT: dict[str, tuple[str, ...]] = {
    "metadonnees": (IDENTITY,),
    "etapes-competences-outils": ("deroulement", "moyens", "elements_saillants"),
    "enseignements": ("enseignements", "transferabilite"),
    "portee-par-un-clsm": (IDENTITY, "pilotage"),
    "recul": (IDENTITY, "deroulement"),
    "sante-mentale": (IDENTITY, "contexte", "objectifs"),
    "porteur-volontaire": ("contexte", "pilotage"),
    "accompagnement-externe": (IDENTITY,),
    "equite": ("contexte", "objectifs", "publics"),
    "participation-des-personnes": ("publics", "pilotage"),
    "independance": (IDENTITY, "pilotage"),
    "approche-globale": ("contexte", "objectifs"),
    "intersectorialite": (IDENTITY, "pilotage"),
    "participation": ("publics",),
    "pouvoir-d-agir": ("publics", "resultats"),
    "universalisme-proportionne": ("objectifs", "publics"),
    "durabilite": ("moyens", "perspectives"),
    "evaluation": ("resultats",),
}


def next_version() -> ReviewGrid:
    """An unsaved version that starts from the one in use, else from the latest."""
    return ReviewGrid.next_version(ReviewGrid.in_use() or ReviewGrid.objects.first())


RIGHT = "caps_sheets.add_gridreview"

#: criterion id → (answer, comment)
Filled = Mapping[int, tuple[str, str]]


def last_reading(user: User, reviews: Sequence[GridReview], key: str) -> GridReview | None:
    """The one that this very person filled in last for another text of the sheet; None if that text was purged."""
    theirs = [review for review in reviews if review.reviewer_id == user.pk and review.text_key != key]
    return max((review for review in theirs if review.revision), key=lambda review: review.updated_at, default=None)


@dataclass(frozen=True)
class Earlier:
    """The answer of a person to a criterion about an earlier text. ``is_kept``: no part that it is about changed."""

    answer: CriterionAnswer
    is_kept: bool


def earlier_answers(before: GridReview, criteria: Sequence[ReviewCriterion], revision: Revision) -> dict[int, Earlier]:
    """The answers given in ``before``, by criterion of today: the same ``key`` is the same question."""
    changed = set(changed_since(before.revision, revision))
    given = {answer.criterion.key: answer for answer in before.answers.all() if answer.value}
    return {
        criterion.pk: Earlier(given[criterion.key], changed.isdisjoint(ABOUT.get(criterion.key, HEADINGS)))
        for criterion in criteria
        if criterion.key in given
    }


def stamp(review: GridReview | None) -> str:
    """Identifies the state of a grid."""
    return f"{review.pk}-{review.updated_at.isoformat()}" if review else ""


def fill_refusals(user: User, sheet: CapsSheetPage, review: GridReview | None) -> list[str]:
    """Why ``user`` may not fill in ``review``, the grid of the latest text; empty if they may."""
    if not user.has_perm(RIGHT):
        return ["Votre rôle ne permet pas de remplir la grille : elle se remplit à la relecture éditoriale."]
    if user.pk in contributors(sheet):
        return ["Vous avez pris part à ce texte : une autre personne remplit la grille."]
    step = _last_step(sheet) if review and review.decision else None
    if step is None or step.status == TaskState.STATUS_IN_PROGRESS:
        return []
    what = f"grille {review.get_decision_display()}" if review else ""
    return already_decided(what, by=step.finished_by, at=step.finished_at).messages


def _last_step(sheet: CapsSheetPage) -> TaskState | None:
    """The editorial step of ``sheet``, begun again by each submission."""
    known = (TaskState.STATUS_IN_PROGRESS, TaskState.STATUS_APPROVED, TaskState.STATUS_REJECTED)
    steps = TaskState.objects.filter(workflow_state__in=sheet.workflow_states, status__in=known)
    return steps.filter(task__in=GridReviewTask.objects.all()).select_related("finished_by").order_by("-pk").first()


@transaction.atomic
def fill(sheet: CapsSheetPage, filled: Filled, *, by: User, seen: str | None = None, read: str = "") -> GridReview:
    """Save the answers about the latest text, complete or not. Raises ``RefusedError``.

    ``seen``: the stamp of the grid when the form was opened, so that no answer is overwritten unseen. ``read``: the key
    of the text on screen, so that nobody answers about another.
    """
    sheet = locked(sheet)
    revision = sheet.get_latest_revision()
    grid = ReviewGrid.in_use()
    if revision is None or grid is None:
        raise RefusedError("Il n’y a pas encore de texte à relire, ou pas de grille en service.")
    key = text_key(revision)
    known = review_of(sheet, key)
    if reasons := fill_refusals(by, sheet, known):
        raise RefusedError(*reasons)
    _check_seen(known, key, seen, read)
    review, _ = GridReview.objects.get_or_create(
        sheet=sheet, text_key=key, defaults={"grid": grid, "revision": revision, "reviewer": by}
    )
    criteria = {criterion.pk: criterion for criterion in criteria_of(review)}
    if problems := uncommented(criteria, filled):
        raise RefusedError(*problems.values())
    for pk, (value, comment) in filled.items():
        if pk in criteria:
            CriterionAnswer.objects.update_or_create(
                review=review, criterion=criteria[pk], defaults={"value": value, "comment": comment.strip()}
            )
    # at a step begun again: the former decision is not that of this person
    review.revision, review.reviewer, review.decision, review.reason = revision, by, GridDecision.NONE, ""
    review.save()
    data = {"version": review.grid.version, "text_key": key}
    log(instance=sheet, action=GRID_FILLED, user=by, revision=revision, data=data)
    return review


def _check_seen(known: GridReview | None, key: str, seen: str | None, read: str) -> None:
    """Raise ``RefusedError`` if the grid or the text is not the one on screen."""
    is_stale = seen is not None and seen != stamp(known)
    if is_stale and known:
        what = f"grille {known.get_decision_display()}" if known.decision else "grille enregistrée"
        decided = already_decided(what, by=known.reviewer, at=known.updated_at)
        raise RefusedError(*decided.messages, "La grille a changé pendant votre lecture : ouvrez-la de nouveau.")
    if is_stale or (read and read != key):
        raise RefusedError(
            "Le texte a changé pendant votre lecture. Relisez-le, puis enregistrez de nouveau la grille : "
            "ce que vous avez saisi est gardé ci-dessous."
        )


def uncommented(criteria: Mapping[int, ReviewCriterion], filled: Filled) -> dict[int, str]:
    """Each « non » without its comment, by criterion: the author has to know what to change."""
    return {
        pk: f"« {criteria[pk]} » : dites pourquoi « non »."
        for pk, (value, comment) in filled.items()
        if pk in criteria and value == Answer.NO and not comment.strip()
    }


@dataclass(frozen=True)
class Change:
    """A criterion whose answer differs from that for the previous text."""

    label: str
    before: str
    after: str
    comment: str


def changes(before: GridReview | None, after: GridReview) -> list[Change]:
    """The differences of the grid, criterion by criterion; criteria are matched by key."""
    if before is None:
        return []
    known = {answer.criterion.key: answer for answer in before.answers.all()}
    changes = []
    for answer in after.answers.all():
        old = known.pop(answer.criterion.key, None)
        if (old.value if old else "") != answer.value:
            changes.append(Change(str(answer.criterion), old.value if old else "", answer.value, answer.comment))
    return changes + [Change(str(old.criterion), old.value, "", "") for old in known.values() if old.value]


def history(sheet: CapsSheetPage) -> list[tuple[GridReview, list[Change]]]:
    """Every grid of a sheet with its differences, latest first."""
    reviews = list(
        GridReview.objects.filter(sheet=sheet.pk)
        .select_related("grid", "reviewer", "revision")
        .prefetch_related("answers__criterion")
    )
    before = [*reviews[1:], None]
    return [(review, changes(older, review)) for review, older in zip(reviews, before, strict=False)]
