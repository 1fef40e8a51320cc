"""What a sheet needs to be public: functions from a sheet to French messages.

Raw material put in a sheet is marked « to rewrite ». The mark is shown to the author, and publication refuses it.
"""

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

from django.utils.html import escape, strip_tags
from wagtail import hooks
from wagtail.blocks import StreamValue

from caps_sheets.sections import SECTIONS, SUMMARY_WORDS, TITLE_LENGTH, in_official_order
from portal.base.plurals import counted
from portal.medialib.rules import image_errors
from portal.moderation.stream_errors import LocatedMessage

if TYPE_CHECKING:
    from caps_sheets.models.sheet import CapsSheetPage


MARK = "[à réécrire]"


def to_rewrite(text: str, *, heading: str = "") -> str:
    """The HTML of a marked paragraph from plain ``text``, whose line breaks are kept."""
    title = f" <i>{escape(heading)}</i><br/>" if heading else " "
    return f"<p><b>{MARK}</b>{title}{escape(text.strip()).replace(chr(10), '<br/>')}</p>"


def is_marked(text: str) -> bool:
    return MARK in text.lower()


def is_to_rewrite(sheet: "CapsSheetPage") -> bool:
    """Whether any part of ``sheet`` is still raw material."""
    return is_marked(sheet.summary) or bool(sections_to_rewrite(sheet))


def sections_to_rewrite(sheet: "CapsSheetPage") -> list[str]:
    """Number and heading of the sections that still hold a marked passage."""
    return [
        f"{number}. {section.heading}"
        for number, (section, child) in enumerate(zip(SECTIONS, in_official_order(sheet.body), strict=True), start=1)
        if _holds_mark(child.value)
    ]


def _holds_mark(value: StreamValue) -> bool:
    return any(is_marked(str(block.get_prep_value())) for block in value)


KEY_POINTS = (3, 5)

THEMES = (1, 4)

REQUIRED = {
    "hook": "Écrivez une accroche d’une phrase.",
    "carrier": "Choisissez la structure porteuse de l’action.",
    "scale": "Choisissez l’échelle du territoire.",
    "start_date": "Indiquez le début de l’action.",
    "recurrence": "Dites si l’action est ponctuelle, récurrente ou pérenne.",
    "main_theme": "Choisissez le thème principal.",
    "facilitator": "Dites qui a mené la capitalisation (fonction ou structure).",
    "interview_dates": "Indiquez la ou les dates d’entretien.",
    "interviewed_roles": "Indiquez les fonctions des personnes interrogées.",
    "licence": "Choisissez la licence de la fiche.",
    "version": "Indiquez la version de la fiche.",
}

AT_LEAST_ONE = {
    "clsm_items": "Choisissez au moins un CLSM porteur.",
    "objectives": "Choisissez au moins un objectif.",
    "audiences": "Choisissez au moins un public.",
    "settings": "Choisissez au moins un milieu d’intervention.",
    "strategies": "Choisissez au moins une stratégie.",
    "action_types": "Choisissez au moins un type d’action.",
    "partner_items": "Ajoutez au moins un partenaire.",
    "funders": "Choisissez au moins un type de financeur.",
}

Errors = dict[str, list[str]]


def sheet_errors(sheet: "CapsSheetPage", today: date) -> Errors:
    """Every broken rule, by field or relation name; ``{}`` for a sheet that may be public on ``today``.

    Apps above add rules by the hook ``sheet_rules``: a function from a sheet to such messages.
    """
    errors: Errors = {}
    for part in (
        _summary_errors(sheet),
        _identity_errors(sheet),
        _image_errors(sheet, today),
        _text_errors(sheet),
        _raw_errors(sheet),
        *(rule(sheet) for rule in hooks.get_hooks("sheet_rules")),
    ):
        for name, messages in part.items():
            errors.setdefault(name, []).extend(messages)
    return errors


def word_count(html: str) -> int:
    return len(strip_tags(html.replace("<", " <")).split())


def _summary_errors(sheet: "CapsSheetPage") -> Errors:
    errors: Errors = {}
    if len(sheet.title) > TITLE_LENGTH:
        errors["title"] = [f"Le titre compte {len(sheet.title)} caractères : {TITLE_LENGTH} au plus."]
    words = word_count(sheet.summary)
    low, high = SUMMARY_WORDS
    if not low <= words <= high:
        errors["summary"] = [f"Le résumé compte {counted(words, 'mot')} : il en faut de {low} à {high}."]
    points = sum(1 for point in sheet.key_points if str(point.value).strip())
    low, high = KEY_POINTS
    if not low <= points <= high:
        errors["key_points"] = [f"Il faut de {low} à {high} points à retenir : il y en a {points}."]
    return errors


def _identity_errors(sheet: "CapsSheetPage") -> Errors:
    errors = {name: [message] for name, message in REQUIRED.items() if not getattr(sheet, name)}
    errors |= {name: [message] for name, message in AT_LEAST_ONE.items() if not getattr(sheet, name).all()}
    if sheet.end_date and sheet.start_date and sheet.end_date < sheet.start_date:
        errors["end_date"] = ["La fin précède le début."]
    elif not sheet.end_date and not sheet.is_ongoing:
        errors["end_date"] = ["Indiquez la fin de l’action, ou cochez « action en cours »."]
    themes = list(sheet.themes.all())
    low, high = THEMES
    if not low <= len(themes) <= high:
        errors["themes"] = [f"Choisissez de {low} à {high} thèmes : il y en a {len(themes)}."]
    elif sheet.main_theme and sheet.main_theme not in themes:
        errors["themes"] = ["Le thème principal fait partie des thèmes choisis."]
    return errors


def _image_errors(sheet: "CapsSheetPage", today: date) -> Errors:
    errors: Errors = {}
    if sheet.image:
        if problems := image_errors(sheet.image, today):
            errors["image"] = problems
        if not sheet.image_is_decorative and not sheet.image_alt.strip():
            errors["image_alt"] = ["Décrivez l’image, ou déclarez-la décorative."]
    illustrations = [
        block.value["image"]
        for section in sheet.body
        for block in section.value
        if block.block_type == "illustration" and block.value["image"]
    ]
    problems = [f"« {image.title} » : {problem}" for image in illustrations for problem in image_errors(image, today)]
    if problems:
        errors["body"] = problems
    return errors


def _text_errors(sheet: "CapsSheetPage") -> Errors:
    messages: list[str] = []
    verbatims = 0
    for number, (section, child) in enumerate(zip(SECTIONS, in_official_order(sheet.body), strict=True), start=1):
        counts = Counter(block.block_type for block in child.value)
        verbatims += counts["verbatim"]
        for name, minimum in section.needs.items():
            if counts[name] < minimum:
                label = child.block.child_blocks[name].label.lower()
                blocks = f"un bloc « {label} »" if minimum == 1 else f"{minimum} blocs « {label} »"
                text = f"{number}. {section.heading} : il manque au moins {blocks}."
                messages.append(LocatedMessage(text, (str(child.id),)))
    if not verbatims:
        messages.append("Ajoutez au moins un verbatim : la parole des acteurs fait la fiche.")
    return {"body": messages} if messages else {}


def _raw_errors(sheet: "CapsSheetPage") -> Errors:
    """Notes of an interview, put there by the draft and not rewritten yet."""
    errors: Errors = {}
    if is_marked(sheet.summary):
        errors["summary"] = [f"Le résumé contient un passage « {MARK} »."]
    if sections := sections_to_rewrite(sheet):
        errors["body"] = [f"{section} : un passage est encore « {MARK} »." for section in sections]
    return errors
