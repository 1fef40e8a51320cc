"""Checks of what people type in several rooms. Each returns its value, or raises ``ValidationError`` in French."""

import re
from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone

#: A title before a capital, an e-mail address, a phone number: what a function never holds.
NAMES_SOMEONE = re.compile(r"\b(?:M\.|MM\.|Mme|Mlle|Monsieur|Madame|Dr|Docteur)\s+[A-ZÀ-Ý]|@|(?:\d[ .]?){9,}")


def check_function(text: str) -> str:
    """Refused when the function of a person (« infirmière de CMP ») looks like the person."""
    if NAMES_SOMEONE.search(text):
        raise ValidationError("Écrivez une fonction (« infirmière de CMP »), sans nom ni coordonnées.")
    return text


def check_one_line(text: str) -> str:
    """Refused when a text that a header or a list shows on one line holds a line break, whichever it is."""
    if len(text.splitlines()) > 1:
        raise ValidationError("Écrivez-le sur une seule ligne.")
    return text


def past_day(day: date) -> date:
    """Today at the latest."""
    if day > timezone.localdate():
        raise ValidationError("Cette date est à venir.")
    return day
