"""Template tags of the screens of the case files."""

from django import template

register = template.Library()


@register.filter
def counted(number: int, words: str) -> str:
    """``2|counted:"fiche publiée"`` → « 2 fiches publiées ». Zero is singular in French, unlike in ``pluralize``."""
    return f"{number} {agreed(words, number)}"


@register.filter
def agreed(words: str, number: int) -> str:
    """``words``, each with its « s » when ``number`` is two or more."""
    return " ".join(f"{word}s" for word in words.split()) if number > 1 else words
