"""Telephone numbers as people write them: one French writing for each number, and its link.

libphonenumber (``phonenumbers``) knows the countries. It takes a number of ten digits for one of metropolitan France,
although the overseas territories share that plan: their ranges come first (Arcep, plan national de numérotation).
"""

import re
from dataclasses import dataclass
from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from phonenumbers import NumberParseException, PhoneNumberFormat

from portal.base.characters import normalize, without_invisible

#: Of « 0 »: the first digits of a national number → the country code from which it is answered.
OVERSEAS = {
    **dict.fromkeys(("262", "263", "269", "639", "692", "693"), 262),  # La Réunion, Mayotte
    **dict.fromkeys(("590", "690", "691"), 590),  # Guadeloupe, Saint-Martin, Saint-Barthélemy
    **dict.fromkeys(("594", "694"), 594),  # Guyane
    **dict.fromkeys(("596", "696", "697"), 596),  # Martinique
}
#: Written with ten digits as in metropolitan France, « 0 » first.
FRENCH = {33, *OVERSEAS.values()}
#: Characters that are read: a dozen numbers.
LONGEST = 300
#: Written in pairs after the code: Saint-Pierre-et-Miquelon, Wallis-et-Futuna, Nouvelle-Calédonie, Polynésie.
IN_PAIRS = {508, 681, 687, 689}

#: Six digits after their code make nine, as a French mobile that lost its « 0 ».
LIKE_A_MOBILE = re.compile(r"(68[179])[\s.\-]*(\d{2})[\s.\-]*(\d{2})[\s.\-]*(\d{2})")

EXAMPLES = "par exemple 02 62 12 34 56, +687 12 34 56 ou 02 62 12 34 56 poste 12"
UNREADABLE = f"Ce numéro n’est pas reconnu. Écrivez-le en entier, {EXAMPLES} ; séparez deux numéros par « / »."
NO_SWITCHBOARD = f"Ce poste n’a pas de numéro. Écrivez le numéro entier puis le poste, {EXAMPLES}."

_LABEL = (
    r"(?:t[ée]l(?:[ée]phone)?|t|ligne directe|direct|bur(?:eau)?|fixe|mob(?:ile)?|port(?:able)?|gsm|standard|accueil"
    r"|secr[ée]tariat|domicile|pro|perso)"
)
_BEFORE = re.compile(rf"^[^\w+(]*(?:{_LABEL}\b)?[\s.:]*(?=[+(\d])", re.IGNORECASE)
_AFTER = re.compile(rf"(?<=\d)\s*\(?{_LABEL}\)?$", re.IGNORECASE)
#: « (+33) 6… »: the code alone in parentheses.
_CODE = re.compile(r"^\(\s*((?:\+|00)\d{1,3})\s*\)")
_EXTENSION = re.compile(
    r"[\s,(]*(?:;ext=|#|\b(?:postes?|ext(?:ension|\.)?|int(?:erne|\.)?|p\.?|x)[\s.:]*)\s*(\d{1,8})[\s)]*$",
    re.IGNORECASE,
)
_SEPARATORS = re.compile(r"\s*(?:[/;,|\n]|\bou\b|\bet\b|\s[-–—]\s)\s*", re.IGNORECASE)
_BODY = re.compile(r"\+?[\d\s().\-‐‑‒–—−·_/]+")


@dataclass(frozen=True)
class Phone:
    """``shown`` as a French reader writes it; ``link`` is a ``tel:`` URL (RFC 3966), empty if nobody can call it."""

    shown: str
    link: str


def read_phones(text: str) -> list[Phone]:
    """The numbers that ``text`` holds. ``ValidationError`` says what to do."""
    if len(text) > LONGEST:
        raise ValidationError(UNREADABLE, "phone")
    text = normalize("NFKC", without_invisible(text)).strip()
    if match := LIKE_A_MOBILE.fullmatch(text):
        raise ValidationError(_two_readings(match), "phone")
    whole = _phone(text)
    parts = [whole] if whole else [_phone(part) for part in _SEPARATORS.split(text) if part.strip()]
    phones = [part for part in parts if part]
    if not phones or len(phones) < len(parts):
        alone = _EXTENSION.search(text)
        raise ValidationError(NO_SWITCHBOARD if alone and not text[: alone.start()].strip() else UNREADABLE, "phone")
    return list(dict.fromkeys(phones))


def _two_readings(match: re.Match[str]) -> str:
    code, local = match[1], " ".join(match.groups()[1:])
    french = _pairs(f"0{code}{local.replace(' ', '')}")
    return f"Ce numéro peut se lire de deux façons : écrivez « {french} », ou « +{code} {local} » outre-mer."


def shown_phones(text: str) -> list[Phone]:
    """For a page: what cannot be read is shown as it was typed, without a link."""
    if not text:
        return []
    try:
        return read_phones(text)
    except ValidationError:
        return [Phone(text, "")]


def canonical_phones(text: str) -> str:
    """One writing for each number, « / » between two; ``text`` itself when it cannot be read."""
    return " / ".join(phone.shown for phone in shown_phones(text))


def _phone(text: str) -> Phone | None:
    extension = _EXTENSION.search(text)
    body = text[: extension.start()] if extension else text
    body = _CODE.sub(r"\1 ", _AFTER.sub("", _BEFORE.sub("", body.strip())))
    if not _BODY.fullmatch(body):
        return None
    is_international = body.startswith("+")
    digits = re.sub(r"\D", "", re.sub(r"\(0\)", "", body) if is_international or body.startswith("00") else body)
    if digits.startswith("00"):
        digits, is_international = digits[2:], True
    for write in (_international,) if is_international else (_french, _short, _without_plus):
        if written := write(digits):
            shown, link = written
            if extension:
                return Phone(f"{shown} poste {extension[1]}", f"{link};ext={extension[1]}")
            return Phone(shown, link)
    return None


def _french(digits: str) -> tuple[str, str] | None:
    """Ten digits, or nine from a spreadsheet that dropped the « 0 »."""
    national = re.fullmatch(r"0?([1-9]\d{8})", digits)
    if national is None:
        return None
    if national[1].startswith("508"):  # Saint-Pierre-et-Miquelon: six digits after its code
        return _written(508, national[1][3:])
    return _written(_country_code(national[1]), national[1])


def _country_code(national: str) -> int:
    """06 39 98 is kept for fiction, among the numbers of Mayotte."""
    return 33 if national.startswith("63998") else OVERSEAS.get(national[:3], 33)


def _short(digits: str) -> tuple[str, str] | None:
    """A number of help or of emergency: 3114, 15, 116 117. It has no country code."""
    if not re.fullmatch(r"[1-9]\d{1,5}", digits):
        return None
    number = phonenumbers.PhoneNumber(country_code=33, national_number=int(digits))
    if not phonenumbers.is_valid_short_number_for_region(number, "FR"):
        return None
    return (f"{digits[:3]} {digits[3:]}" if len(digits) == 6 else digits), f"tel:{digits}"


def _without_plus(digits: str) -> tuple[str, str] | None:
    """A French number that begins with its country code: 33 1…, 262 262…"""
    is_french = any(digits.startswith(str(code)) for code in FRENCH)
    return _international(digits) if is_french and len(digits) > 10 else None


def _international(digits: str) -> tuple[str, str] | None:
    try:
        number = phonenumbers.parse(f"+{digits}")
    except NumberParseException:
        return None
    national = phonenumbers.national_significant_number(number)
    code = number.country_code or 0
    if code in FRENCH:
        is_ours = re.fullmatch(r"[1-9]\d{8}", national)
        return _written(_country_code(national) if code == 33 else code, national) if is_ours else None
    return _written(code, national) if phonenumbers.is_possible_number(number) else None


def _written(code: int, national: str) -> tuple[str, str]:
    link = f"tel:+{code}{national}"
    if code in FRENCH and code == _country_code(national):
        is_special = national.startswith("8")
        return f"0 {national[:3]} {national[3:6]} {national[6:]}" if is_special else _pairs(f"0{national}"), link
    if code in IN_PAIRS:
        return f"+{code} {_pairs(national)}", link
    return phonenumbers.format_number(phonenumbers.parse(f"+{code}{national}"), PhoneNumberFormat.INTERNATIONAL), link


def _pairs(digits: str) -> str:
    return " ".join(digits[place : place + 2] for place in range(0, len(digits), 2))


def check_phones(text: str) -> None:
    """Validator of forms."""
    read_phones(text)


class PhoneFormField(forms.CharField):
    default_validators = [check_phones]
    widget = forms.TextInput(attrs={"type": "tel"})

    def to_python(self, value: Any) -> str:
        value = super().to_python(value)
        return canonical_phones(value) if value else value


class PhoneField(models.CharField):
    """One or several telephone numbers, in one writing whatever saves them.

    A form refuses what cannot be read. A row stored before is kept as it is: ending a post must not depend on it. The
    database column is Django’s: migrations name Django’s field.
    """

    def deconstruct(self) -> Any:
        name, _, args, options = super().deconstruct()
        return name, "django.db.models.CharField", args, options

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = super().pre_save(model_instance, add)
        if value:
            value = canonical_phones(value)[: self.max_length]
            setattr(model_instance, self.attname, value)
        return value

    def formfield(self, **options: Any) -> Any:
        return super().formfield(**{"form_class": PhoneFormField, **options})
