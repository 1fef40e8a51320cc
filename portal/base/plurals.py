"""French plurals of the words that follow a number."""


def counted(number: int, words: str) -> str:
    """``counted(2, "fiche publiée")`` → « 2 fiches publiées ». Zero is singular in French, unlike in ``pluralize``."""
    return f"{number} {agreed(words, number)}"


def agreed(words: str, number: int) -> str:
    """``words``, each with its « s » when ``number`` is two or more."""
    return " ".join(f"{word}s" for word in words.split()) if number > 1 else words
