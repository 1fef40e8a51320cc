"""The sheets of the corpus: those told by hand, and those drawn from sentences, where any word may come by the way."""

from functools import lru_cache
from random import Random
from typing import Any

from tests.relevance.corpus.items import Item, Kind
from tests.relevance.corpus.labels import label
from tests.relevance.corpus.places import places
from tests.relevance.corpus.profiles import of, profiles
from tests.relevance.corpus.sources import lines, rows, tables

TOLD_FILES = ("sheets_inclusion.toml", "sheets_prevention.toml", "sheets_care.toml")
DRAWN_PER_THEME = 6
SHARE_RURAL = 0.2
SHARE_SECOND_THEME = 0.35
SHARE_IN_QPV = 0.1
RURAL = "milieu-rural-exploitation-agricole"
QPV = "quartier-prioritaire"


@lru_cache
def sheets() -> tuple[Item, ...]:
    told = [_told(slug, values) for name in TOLD_FILES for slug, values in tables(name).items()]
    subjects = tables("distractors.toml")
    terms = {row["theme"]: row for row in rows("theme_terms.csv")}
    drawn = [
        _drawn(theme, number, subjects[theme], terms[theme]) for theme in subjects for number in range(DRAWN_PER_THEME)
    ]
    return (*told, *drawn)


def _told(slug: str, values: dict[str, Any]) -> Item:
    return _sheet(
        slug,
        values["clsm"],
        title=values["title"],
        hook=values["hook"],
        summary=values["summary"],
        body=tuple(values["body"]),
        quote=values.get("quote", ""),
        themes=(values["main"], *values.get("also", ())),
        publics=tuple(values["publics"]),
        milieux=tuple(values["milieux"]),
        types=tuple(values["types"]),
        programmes=tuple(values.get("programmes", ())),
        functions=tuple(values.get("fonctions", ())),
        qpv=values.get("qpv", ""),
        year=values["year"],
    )


def _drawn(theme: str, number: int, said: dict[str, list[str]], terms: dict[str, str]) -> Item:
    """``number`` chooses the subject and the line; the rest is drawn from the theme and the number."""
    random = Random(f"{theme}-{number}")
    clsm = random.choice(profiles())
    second = random.choice([name for name in tables("distractors.toml") if name != theme])
    themes = (theme, second) if random.random() < SHARE_SECOND_THEME else (theme,)
    publics = tuple(random.sample(terms["publics"].split(), 1))
    milieux = tuple(random.sample(terms["milieux"].split(), 1))
    if random.random() < SHARE_RURAL:
        milieux = tuple(dict.fromkeys((*milieux, RURAL)))
    elif random.random() < SHARE_IN_QPV:
        milieux = tuple(dict.fromkeys((*milieux, QPV)))
    subject = said["subjects"][number % 3]
    return _sheet(
        f"{theme}-{number + 1}",
        clsm.slug,
        title=subject + (_angle(random, clsm, milieux) if number >= 3 else ""),
        hook=said["lines"][number % 2],
        summary=" ".join((random.choice(lines("openings.txt")), said["lines"][1 - number % 2], _for_whom(publics))),
        body=(*random.sample(lines("incidental.txt"), 3), random.choice(lines("lessons.txt"))),
        themes=themes,
        publics=publics,
        milieux=milieux,
        types=tuple(random.sample(terms["types"].split(), 1)),
        year=random.randint(2016, 2023),
    )


def _sheet(slug: str, clsm: str, **values: Any) -> Item:
    """A sheet has the territory of its CLSM."""
    carrier = next(item for item in profiles() if item.slug == clsm)
    return Item(
        key=f"sheet/{slug}",
        kind=Kind.SHEET,
        clsms=(carrier.key,),
        departments=carrier.departments,
        regions=carrier.regions,
        **values,
    )


def _angle(random: Random, clsm: Item, milieux: tuple[str, ...]) -> str:
    """What tells apart two sheets on one subject."""
    if RURAL in milieux:
        return " en milieu rural"
    main = max(clsm.communes, key=lambda code: places()[code].population)
    return random.choice((" : premier bilan", " : un an après", f" : l’expérience {of(places()[main].name)}"))


def _for_whom(publics: tuple[str, ...]) -> str:
    return "Public visé : " + ", ".join(label("publics", slug) for slug in publics) + "."
