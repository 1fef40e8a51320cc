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
from wagtail.models import Revision

from caps_sheets.models.clearance import text_key
from caps_sheets.models.parts import HEADINGS, IDENTITY, changed_since
from caps_sheets.models.review import (
    Answer,
    Category,
    CriterionAnswer,
    GridReview,
    ReviewCriterion,
    ReviewGrid,
    criteria_of,
    review_of,
)
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


GRID_FILLED = "caps_sheets.grid_filled"

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


def may_fill(user: User, sheet: CapsSheetPage) -> bool:
    """Users with the permission, unless they took part in the text."""
    return user.has_perm(RIGHT) and user.pk not in contributors(sheet)


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
    if not may_fill(by, sheet):
        raise RefusedError("Une autre personne doit relire ce texte : vous y avez pris part.")
    key = text_key(revision)
    known = review_of(sheet, key)
    if seen is not None and known and seen != stamp(known):
        what = f"grille {known.get_decision_display()}" if known.decision else "grille enregistrée"
        decided = already_decided(what, by=known.reviewer, at=known.updated_at)
        raise RefusedError(*decided.messages, "La grille a changé pendant votre lecture : ouvrez-la de nouveau.")
    if (seen is not None and seen != stamp(known)) or (read and read != key):
        raise RefusedError("Le texte a changé pendant votre lecture : ouvrez la grille de nouveau.")
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
    review.revision, review.reviewer = revision, by
    review.save()
    log(instance=sheet, action=GRID_FILLED, user=by, revision=revision, data={"version": review.grid.version})
    return review


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
