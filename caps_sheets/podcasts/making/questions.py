"""The running order that a sheet suggests: one part for each section it wrote, with what to ask about it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from caps_sheets.sections import written_sections

if TYPE_CHECKING:
    from caps_sheets.models import CapsSheetPage

HOST = "Animation"
HELP = (
    "Si vous traversez un moment difficile, ou si vous vous inquiétez pour quelqu’un, le 3114 répond à toute heure, "
    "tous les jours, gratuitement. En cas de danger immédiat, appelez le 15 ou le 112."
)
CARE = (
    "Parler du suicide sans risque : ni moyen ni lieu ; pas d’explication unique ; « mort par suicide » plutôt que "
    "« suicide réussi » ; dire que la prévention est possible et où trouver de l’aide."
)


@dataclass(frozen=True)
class Part:
    """``voice``: a function; ``minutes``: what is planned."""

    title: str
    text: str
    minutes: int
    voice: str = ""


#: key of a section of the sheet → (title of the part, minutes, questions).
QUESTIONS: dict[str, tuple[str, int, tuple[str, ...]]] = {
    "contexte": (
        "D’où vient l’action",
        3,
        ("Qu’est-ce qui vous a décidés à agir ?", "Qu’est-ce qui manquait aux habitants à ce moment-là ?"),
    ),
    "objectifs": ("Ce que l’on cherchait", 1, ("Que vouliez-vous voir changer ?", "Pour qui d’abord ?")),
    "publics": (
        "Avec les personnes concernées",
        2,
        ("Comment les personnes concernées ont-elles pris part ?", "Qu’est-ce qu’elles ont changé au projet ?"),
    ),
    "pilotage": ("Qui fait quoi", 2, ("Autour de la table, qui fallait-il ?", "Qui décide, et comment ?")),
    "deroulement": (
        "Le récit, étape par étape",
        4,
        ("Racontez-nous la première fois.", "Et ensuite ?", "Y a-t-il un moment où tout a basculé ?"),
    ),
    "moyens": ("Les moyens", 1, ("Combien de temps, d’argent, de personnes ?", "Quel outil referiez-vous demain ?")),
    "elements_saillants": ("Ce qui fait que ça marche", 2, ("Si l’on ne devait garder que deux choses ?",)),
    "difficultes": (
        "Ce qui a coincé",
        3,
        ("Qu’est-ce qui n’a pas marché ?", "Qu’avez-vous changé après ?"),
    ),
    "leviers": ("Ce qui a aidé", 1, ("Qu’est-ce qui vous a facilité la tâche ?",)),
    "resultats": ("Ce que l’on voit aujourd’hui", 2, ("Qu’observez-vous ?", "Qu’est-ce qui vous a surpris ?")),
    "enseignements": (
        "Conseils à qui voudrait se lancer",
        2,
        ("Que diriez-vous à un CLSM qui commence ?", "Quelle erreur lui éviter ?"),
    ),
    "transferabilite": ("Ailleurs", 1, ("Que faut-il garder tel quel ?", "Qu’est-ce qui s’adapte ?")),
    "perspectives": ("Et demain", 1, ("Quelle est la suite ?",)),
}


def suggested_parts(sheet: "CapsSheetPage", is_about_suicide: bool) -> list[Part]:
    """Opening, one part for each written section that is told aloud, closing."""
    keys = [section.slug.replace("-", "_") for section in written_sections(sheet.body)]
    told = [_part(*QUESTIONS[key]) for key in keys if key in QUESTIONS]
    return [_opening(sheet, is_about_suicide), *told, _closing(is_about_suicide)]


def _part(title: str, minutes: int, questions: tuple[str, ...]) -> Part:
    return Part(title, "\n".join(questions), minutes)


def _opening(sheet: "CapsSheetPage", is_about_suicide: bool) -> Part:
    lines = [
        "Bonjour et bienvenue. Chaque voix se présente par sa fonction.",
        f"Aujourd’hui : {sheet.title}. {sheet.hook}".strip(),
    ]
    if is_about_suicide:
        lines += ["Dire que l’épisode parle du suicide, avant le récit.", HELP, CARE]
    return Part("Ouverture", "\n".join(lines), 1, HOST)


def _closing(is_about_suicide: bool) -> Part:
    lines = ["Remercier. La fiche et la transcription sont sur le portail des CLSM."]
    return Part("Fin", "\n".join([*lines, HELP] if is_about_suicide else lines), 1, HOST)
