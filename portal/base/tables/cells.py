"""Values of cells as people's tools write them: one tolerant parser for each kind.

A parser takes the text of a cell and ``say``, which it calls with a sentence in French for what it guessed or dropped.
It raises ``ValueError`` with a sentence that says what to write instead.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta, timezone, tzinfo
from difflib import get_close_matches
from html import escape
from typing import NamedTuple, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.text import slugify
from django.utils.timezone import get_default_timezone, localdate

from portal.base.characters import normalize, without_invisible
from portal.base.tables.writer import FORMULA_STARTS

Say = Callable[[str], None]

Item = TypeVar("Item")

#: « (vide) » empties a field; an empty cell keeps it.
EMPTY = "(vide)"

#: How people write that a cell has no value.
BLANK = {
    "n/a", "na", "n.a.", "néant", "neant", "-", "–", "—", "/", "sans objet", "nc", "n.c.", "non renseigné",
    "non renseignée", "non communiqué", "non communiquée", "non applicable", "non concerné", "non concernée",
}  # fmt: skip

#: What Excel, LibreOffice, Google Sheets and Numbers show instead of a value, in French and in English.
BROKEN = re.compile(
    r"#(?:[A-ZÀ-Ý0-9_/. ]{2,20}\s?[!?]|N/?[AD]|GETTING_DATA|#+)|(?:Err|Erreur)\s?:\s?\d{3}", re.IGNORECASE
)

#: What ``portal.base.tables.writer.cell`` puts before a text that a spreadsheet would take for a formula.
FORMULA_MARK = "'"


def broken(text: str) -> str:
    """Why a cell holds no value at all, "" if it may hold one."""
    if BROKEN.fullmatch(text):
        return f"« {text} » est une erreur du tableur : corrigez la formule, ou tapez la valeur"
    if text.startswith("="):
        return f"« {text} » est une formule : collez sa valeur à la place"
    return ""


# Texts


def spaced(text: str) -> str:
    """Line by line, with one ordinary space between words."""
    return "\n".join(" ".join(part.split()) for part in normalize("NFC", text).strip().splitlines())


def as_read(text: str) -> str:
    """A cell without the mark that ``cell`` puts before a text that looks like a formula."""
    is_marked = text.startswith(FORMULA_MARK) and text[1:].startswith(FORMULA_STARTS)
    return spaced(text[1:] if is_marked else text)


DOUBLED = re.compile(r"[^\S\r\n]{2,}")


#: What no reader sees and no pictogram needs: neither joiners nor variation selectors.
UNSEEN = re.compile("[\xad\u200b\u2060-\u2064\ufeff]+")


def plain_text(text: str, say: Say) -> str:
    if UNSEEN.search(text):
        say("les caractères invisibles sont retirés")
        text = UNSEEN.sub("", text)
    if DOUBLED.search(text.strip()):
        say("les espaces en trop sont retirés")
    return spaced(text)


def paragraphs(text: str) -> str:
    """Plain text to the HTML of a rich text field: one paragraph per line, no other markup."""
    lines = [line.strip() for line in text.splitlines()]
    return "".join(f"<p>{escape(line, quote=False)}</p>" for line in lines if line)


# Numbers

GROUPED = re.compile(r"\d{1,3}(?: \d{3})+|\d+")
DECIMAL = re.compile(r"([\d ]+)[.,](\d+)")
POWER = re.compile(r"[\d.,]+e[+-]?\d+", re.IGNORECASE)
#: « environ 50 », « 50 personnes »: words that change nothing of the number.
ABOUT = r"(?:environ|env\.?|~|≈|±|autour de|à peu près)"
COUNTED = (
    r"(?:personnes?|pers\.?|habitant(?:e?s|\(e\)s|·e·s)?|hab\.?|participant(?:e?s|\(e\)s|·e·s)?|bénéficiaires?|usagers?|"
    r"adultes?|enfants?|jeunes?|élèves?|séances?|ateliers?|rencontres?|réunions?|fois|au total|environ)"
)
ROUGHLY = re.compile(rf"(?:{ABOUT}\s*)?(\d{{1,3}}(?: \d{{3}})+|\d+)(?:\s+{COUNTED})*", re.IGNORECASE)
#: Digits of a number at most: more would not fit its field.
MOST_DIGITS = 9


def whole_number(text: str, say: Say) -> int:
    """« 1 234 » with any space, « 1234,0 »; « 1.234 » may mean two numbers and is refused."""
    plain = " ".join(re.sub(r"['’]", " ", without_invisible(text)).split())
    if POWER.fullmatch(plain):
        raise ValueError(f"« {text} » est un nombre abrégé par le tableur : tapez-le en entier")
    digits = plain
    if match := DECIMAL.fullmatch(plain):
        digits = _without_decimals(text, match[1], match[2])
    elif match := ROUGHLY.fullmatch(plain):
        digits = match[1]
    number = digits.replace(" ", "")
    if not (number.isascii() and number.isdigit() and len(number) <= MOST_DIGITS):
        raise ValueError(f"« {text} » n’est pas un nombre entier : écrivez-le en chiffres, par exemple 120")
    if not GROUPED.fullmatch(digits):
        raise ValueError(f"« {text} » peut se lire de deux façons : écrivez un seul nombre, par exemple 1 234")
    if digits != plain:
        say(f"nombre lu comme {number}")
    return int(number)


def _without_decimals(text: str, whole: str, decimals: str) -> str:
    if len(decimals) == 3:
        remedy = f"écrivez « {whole}{decimals} » sans point ni virgule, ou arrondissez"
        raise ValueError(f"« {text} » peut se lire de deux façons : {remedy}")
    if decimals.strip("0"):
        raise ValueError(f"« {text} » n’est pas un nombre entier : arrondissez-le")
    return whole


def year(text: str, say: Say, first: int = 1900, last: int = 2100) -> int:
    """A year in figures, or that of a date, said."""
    try:
        value = dated(text, lambda _: None, may_be_future=True)
    except ValueError:
        value = None
    if value is None or not first <= value.day.year <= last:
        raise ValueError(f"« {text} » n’est pas une année entre {first} et {last} : écrivez ses quatre chiffres")
    if not text.strip().startswith(str(value.day.year)) or value.precision != "annee":
        say(f"année lue : {value.day.year}")
    if value.day.year > localdate().year:
        say(f"{value.day.year} est une année à venir : vérifiez-la")
    return value.day.year


# Yes or no

TRUE = {"oui", "o", "vrai", "true", "1", "yes", "y"}
FALSE = {"non", "n", "faux", "false", "0", "no"}
#: A mark in a box.
MARKS = {"x", "✓", "✔", "☑", "☒", "✅", "🗹"}
UNMARKED = {"☐", "□"}
#: « Oui, depuis 2019 »; never « non concerné », nor a second answer behind the first.
ANSWER = re.compile(r"(oui|non)\s*[,;:(][^\w]*(?!.*\b(?:oui|non|mais|sauf)\b)\w.*", re.IGNORECASE | re.DOTALL)


def marked(text: str, say: Say) -> bool | None:
    """Whether a cell says yes or no, in words or by a mark; None if it says neither."""
    word = without_invisible(text).strip().rstrip(".!").strip().casefold()
    if word in TRUE | FALSE:
        return word in TRUE
    if word in MARKS | UNMARKED:
        answer = word in MARKS
        say(f"lu comme « {'oui' if answer else 'non'} »")
        return answer
    if match := ANSWER.fullmatch(text.strip()):
        say(f"lu comme « {match[1].lower()} », le reste n’est pas gardé")
        return match[1].lower() == "oui"
    return None


def yes_no(text: str, say: Say) -> bool:
    answer = marked(text, say)
    if answer is None:
        raise ValueError(f"« {text} » n’est ni « oui » ni « non »")
    return answer


# Choices and terms


def choice(text: str, choices: Iterable[tuple[str, str]], say: Say) -> str:
    """The value of the choice whose value or label is ``text``; a mark or « vrai » where « oui » is a choice."""
    known = [(str(value), str(label)) for value, label in choices]
    by_name = {slugify(name): value for value, label in known for name in (label, value)}
    key = slugify(text)
    if key and key in by_name:
        return by_name[key]
    if {"oui", "non"} <= by_name.keys() and (answer := marked(text, say)) is not None:
        return by_name["oui" if answer else "non"]
    alike = {value for name, value in by_name.items() if _root(name) == _root(key)} if key else set()
    if len(alike) == 1:
        value = alike.pop()
        say(f"lu comme « {dict(known)[value]} »")
        return value
    near = nearest(text, {slugify(label): label for _, label in known})
    labels = ", ".join(label for _, label in known)
    raise ValueError(f"« {text} » n’est pas l’une de ces valeurs : {labels}{near}")


def _root(slug: str) -> str:
    """The same for each gender and number: « terminé », « terminées »."""
    return re.sub(r"(?<=\w\w\w)[es]+\b", "", slug)


def nearest(text: str, labels: dict[str, str]) -> str:
    """« . Vouliez-vous dire « … » ? », "" if nothing is near. ``labels``: slug → label."""
    close = get_close_matches(slugify(text)[:200], labels, n=1, cutoff=0.7)
    return f". Vouliez-vous dire « {labels[close[0]]} » ?" if close else ""


#: Parts of a list tried together: a label that holds separators is made of a few.
MOST_JOINED = 8
LIST_SEPARATORS = re.compile(r"[|;\r\n,]")
STRONG_SEPARATORS = re.compile(r"[|;\r\n]")


def listed(text: str, find: Callable[[str], Item | None], say: Say) -> tuple[list[Item], list[str]]:
    """The items that a cell lists, without repetition, and the texts that ``find`` does not know.

    Separated by « | », « ; » or a line break; by a comma only if what stands before it is known, which is said.
    A label that holds a separator stays whole.
    """
    ends = [match.start() for match in LIST_SEPARATORS.finditer(text)] + [len(text)]
    items: list[Item] = []
    unknown: list[str] = []
    start, has_commas = 0, False
    while start <= len(text):
        first = bisect_left(ends, start)
        following = ends[first : first + MOST_JOINED]
        item, end = _longest(text, start, following, find)
        if item is None:
            end = next((end for end in following if text[end : end + 1] != ","), len(text))
            unknown += [part] if (part := text[start:end].strip()) else []
        elif item not in items:
            items.append(item)
        has_commas |= item is not None and text[end : end + 1] == ","
        start = end + 1
    if has_commas and not unknown:
        say(f"lu comme une liste de {len(items)} valeurs séparées par des virgules")
    return items, [*dict.fromkeys(unknown)]


def _longest(text: str, start: int, ends: list[int], find: Callable[[str], Item | None]) -> tuple[Item | None, int]:
    """The item that the longest run of parts from ``start`` names, and where it ends."""
    for end in reversed(ends):
        if (part := text[start:end].strip()) and (item := find(part)) is not None:
            return item, end
    return None, start


# Dates


class Dated(NamedTuple):
    """The first day of the period, and what of it was written: « jour », « mois » or « annee »."""

    day: date
    precision: str

    def __str__(self) -> str:
        return self.day.isoformat()[: {"jour": 10, "mois": 7, "annee": 4}[self.precision]]


MONTHS = {
    word: number
    for number, words in enumerate(
        (
            "janvier janv jan january",
            "fevrier fevr fev february feb",
            "mars mar march",
            "avril avr april apr",
            "mai may",
            "juin june jun",
            "juillet juil juill jui july jul",
            "aout aou august aug",
            "septembre sept sep september",
            "octobre oct october",
            "novembre nov november",
            "decembre dec december",
        ),
        start=1,
    )
    for word in words.split()
}
MONTH_NAMES = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
               "novembre", "décembre")  # fmt: skip
WEEKDAYS = re.compile(r"^(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lun|mer|jeu|ven|sam|dim)\.?,?\s+")
TIME = re.compile(
    r"(?:T|[\s,-]+(?:a\s+)?)(?P<hour>\d{1,2})(?::|h)(?P<minute>\d{2})?(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?\s*\(?(?P<zone>z|(?:utc|gmt)?[+-]\d{1,2}(?::?\d{2})?|utc|gmt|cest|cet|eest|eet)?\)?$",
    re.IGNORECASE,
)
#: Hours of the zones that forms write, before UTC+0.
ZONES = {"cet": 1, "cest": 2, "eet": 2, "eest": 3}
ISO = re.compile(r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?")
FIGURES = re.compile(r"(\d{1,2})\s?[-/. ]\s?(\d{1,2})\s?[-/. ]\s?(\d{4}|\d{2})")
MONTH_YEAR = re.compile(r"(\d{1,2})\s?[-/.]\s?(\d{4})")
IN_WORDS = re.compile(r"(?:(\d{1,2})(?:er|e|eme)?[\s.-]+)?(?:de\s+)?([a-z]+)\.?[\s.,-]+(?:de\s+)?'?(\d{4}|\d{2})")
#: « début 2019 », « vers mars 2019 », « 1er trimestre 2019 »: the rest of the text is a date by itself.
AROUND = re.compile(
    r"(?:(?:[1-4](?:er|e|eme)?\s+(?:trim\w*|semestre)|[ts][1-4]|debut|mi|fin|courant|vers|environ|en|depuis|des|annee|"
    r"printemps|ete|automne|hiver|rentree|(?:au\s+)?cours\s+de|l'annee|le)[\s-]+)+(.+)"
)
#: Days since 1899-12-30, as spreadsheets count them: 1927 to 2064.
SERIAL = re.compile(r"([1-5]\d{4}|60000)([.,]\d+)?")
#: What a spreadsheet shows for zero: of Windows, of the old Macintosh.
SPREADSHEET_STARTS = {date(1900, 1, 1), date(1904, 1, 1)}
#: Years from now: no plan is made for later.
FAR = 10
SERIAL_START = date(1899, 12, 30)
FIRST_YEAR, LAST_YEAR = 1900, 2100


def dated(
    text: str, say: Say, *, may_be_future: bool = False, is_month_first: bool = False, today: date | None = None
) -> Dated:
    """A date of any precision in every way that spreadsheets and people write it, the day before the month.

    ``is_month_first``: another cell of the column puts the month first, so that « 3/12/2024 » may mean two days.
    """
    plain, time = _plain_date(text)
    figures = FIGURES.fullmatch(plain)
    if is_month_first and figures and figures[1] != figures[2] and max(int(figures[1]), int(figures[2])) <= 12:
        other = "une autre ligne de cette colonne met le mois d’abord"
        raise ValueError(f"« {text} » peut se lire de deux façons, {other} : écrivez AAAA-MM-JJ")
    value = _dated(plain, text, say, today or localdate())
    if not FIRST_YEAR <= value.day.year <= LAST_YEAR:
        raise ValueError(f"« {text} » : l’année n’est pas entre {FIRST_YEAR} et {LAST_YEAR}")
    day = _in_paris(text, value.day, time).date() if time and time["zone"] else value.day
    if value.precision == "jour" and day != value.day:
        value = value._replace(day=day)
        say(f"lu comme le {day:%d/%m/%Y}, jour de Paris ; l’heure n’est pas gardée")
    elif time and any(time.group(part) and int(time.group(part)) for part in ("hour", "minute", "second")):
        say("l’heure n’est pas gardée")
    if not may_be_future and value.day > (today or localdate()):
        raise ValueError(f"« {text} » est une date à venir : corrigez-la")
    if value.day in SPREADSHEET_STARTS and value.precision == "jour":
        say("c’est le premier jour que compte un tableur, sans doute une cellule vide : vérifiez cette date")
    elif value.day.year > (today or localdate()).year + FAR:
        say(f"{value.day.year} est loin dans l’avenir : vérifiez cette année")
    return value


def puts_month_first(text: str) -> bool:
    """Whether a text is a date only if its month stands before its day: « 3/25/2024 »."""
    if not any(map(str.isnumeric, text)):  # most cells of a file: this is asked of every one
        return False
    match = FIGURES.fullmatch(_plain_date(text)[0])
    return match is not None and int(match[1]) <= 12 < int(match[2]) <= 31


def full_day(
    text: str, say: Say, *, may_be_future: bool = False, is_month_first: bool = False, today: date | None = None
) -> date:
    value = dated(text, say, may_be_future=may_be_future, is_month_first=is_month_first, today=today)
    if value.precision != "jour":
        raise ValueError(f"« {text} » n’est pas une date complète (AAAA-MM-JJ) : ajoutez le jour")
    return value.day


def moment(text: str, say: Say, *, is_month_first: bool = False, today: date | None = None) -> datetime:
    """A full date with its time, to the minute; in Paris unless its zone is written, at midnight without a time."""
    plain, time = _plain_date(text)
    day = full_day(plain if time else text, say, is_month_first=is_month_first, today=today)
    if serial := SERIAL.fullmatch(plain):
        minutes = round(float(plain.replace(",", ".")) % 1 * 24 * 60) if serial[2] else 0
        start = datetime(day.year, day.month, day.day, tzinfo=get_default_timezone())
        return start.replace(hour=min(minutes // 60, 23), minute=minutes % 60)
    if time is None:
        return datetime(day.year, day.month, day.day, tzinfo=get_default_timezone())
    local = _in_paris(text, day, time)
    if time["zone"]:
        say(f"lu comme {local:%d/%m/%Y %H:%M}, heure de Paris")
    return local


def _in_paris(text: str, day: date, time: re.Match[str]) -> datetime:
    hour, minute = int(time["hour"]), int(time["minute"] or 0)
    if time["half"]:
        hour = hour % 12 + (12 if time["half"].lower().startswith("p") else 0)
    if hour > 23 or minute > 59:
        raise ValueError(f"« {text} » : cette heure n’existe pas")
    value = datetime(day.year, day.month, day.day, hour, minute, tzinfo=_zone(time["zone"] or ""))
    return value.astimezone(get_default_timezone())


def _zone(text: str) -> tzinfo:
    sign = re.search(r"([+-])(\d{1,2}):?(\d{2})?$", text)
    if not text:
        return get_default_timezone()
    if not sign:
        return timezone(timedelta(hours=ZONES.get(text.lower(), 0)))
    offset = timedelta(hours=int(sign[2]), minutes=int(sign[3] or 0))
    return timezone(offset if sign[1] == "+" else -offset)


def _plain_date(text: str) -> tuple[str, re.Match[str] | None]:
    """``text`` without accents, weekday and time, and its time."""
    plain = normalize("NFKD", without_invisible(text).strip().casefold()).replace("’", "'")
    plain = "".join(character for character in plain if character.isascii())
    plain = WEEKDAYS.sub("", " ".join(plain.split()))
    time = TIME.search(plain)
    if time and not (time["minute"] or "h" in time[0]):
        time = None
    return (plain[: time.start()] if time else plain), time


def _dated(plain: str, text: str, say: Say, today: date) -> Dated:
    value = _in_figures(plain, text, say, today) or _in_words(plain, text, say, today)
    if value is None:
        raise ValueError(f"« {text} » n’est pas une date (AAAA, AAAA-MM ou AAAA-MM-JJ)")
    return value


def _in_figures(plain: str, text: str, say: Say, today: date) -> Dated | None:
    if re.fullmatch(r"\d{4}(?:[.,]0+)?", plain):
        return Dated(_day(int(plain[:4]), 1, 1, text), "annee")
    if match := ISO.fullmatch(plain):
        number, month, day = int(match[1]), int(match[2]), match[3]
        return Dated(_day(number, month, int(day or 1), text), "jour" if day else "mois")
    if match := FIGURES.fullmatch(plain):
        number = _full_year(match[3], say, today)
        return Dated(_day(number, int(match[2]), int(match[1]), text), "jour")
    if match := MONTH_YEAR.fullmatch(plain):
        return Dated(_day(int(match[2]), int(match[1]), 1, text), "mois")
    return None


def _in_words(plain: str, text: str, say: Say, today: date) -> Dated | None:
    if (match := IN_WORDS.fullmatch(plain)) and match[2] in MONTHS:
        number = _full_year(match[3], say, today)
        return Dated(_day(number, MONTHS[match[2]], int(match[1] or 1), text), "jour" if match[1] else "mois")
    if SERIAL.fullmatch(plain):
        day = SERIAL_START + timedelta(days=int(re.split(r"[.,]", plain)[0]))
        say(f"nombre du tableur, lu comme le {day:%d/%m/%Y}")
        return Dated(day, "jour")
    if match := AROUND.fullmatch(plain):
        value = _dated(match[1], text, say, today)
        say(f"lu comme {spoken(value)}")
        return value
    return None


def spoken(value: Dated) -> str:
    """« le 12/03/2019 », « mars 2019 », « 2019 »."""
    if value.precision == "jour":
        return f"le {value.day:%d/%m/%Y}"
    return f"{MONTH_NAMES[value.day.month - 1]} {value.day.year}" if value.precision == "mois" else str(value.day.year)


def _full_year(digits: str, say: Say, today: date) -> int:
    """Two digits are those of a year of this century up to now, else of the last one."""
    if len(digits) == 4:
        return int(digits)
    number = 2000 + int(digits)
    number -= 100 if number > today.year + 5 else 0
    say(f"année lue comme {number}")
    return number


def _day(year: int, month: int, day: int, text: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        pass
    if month > 12 and 1 <= day <= 12 and month <= 31:
        remedy = f"écrivez le jour d’abord, {month:02}/{day:02}/{year}, si c’est ce que vous voulez dire"
        raise ValueError(f"« {text} » : il n’y a pas de mois {month} ; {remedy}")
    raise ValueError(f"« {text} » n’est pas un jour du calendrier : corrigez-le")


# Addresses

ADDRESS = re.compile(r"(?:https?:/{1,2}|www\.)[^\s<>\"«»|;]+", re.IGNORECASE)
BARE = re.compile(r"(?:[a-z0-9à-ÿ](?:[a-z0-9à-ÿ-]*[a-z0-9à-ÿ])?\.)+([a-z]{2,})(?::\d+)?(?:[/?#][^\s]*)?", re.IGNORECASE)


#: Ends of a bare address that is one: « clsm.pdf » and « M.Dupont » are none.
ENDS = frozenset(
    [
        "fr",
        "com",
        "org",
        "net",
        "eu",
        "info",
        "re",
        "gp",
        "mq",
        "gf",
        "yt",
        "pm",
        "nc",
        "pf",
        "bzh",
        "corsica",
        "paris",
        "alsace",
        "coop",
        "asso",
        "be",
        "ch",
        "lu",
        "ca",
        "de",
        "es",
        "it",
        "pt",
        "example",
    ]
)


def web_address(text: str, say: Say) -> str:
    """« www.ville.fr » completed, said; of several addresses, the first one, the others said."""
    plain = without_invisible(text).strip().strip("<>«»\"' \u00a0\u202f")
    addresses = ADDRESS.findall(plain)
    if not addresses:
        parts = [part for part in re.split(r"[\s;|]+|,\s", plain) if _is_bare(part.rstrip(".,;:!?)"))]
        addresses = parts if "@" not in plain and ":" not in plain.split("/")[0] else []
    if not addresses:
        raise ValueError(f"« {text} » n’est pas une adresse : écrivez-la en entier, avec « https:// »")
    first, *others = [address.rstrip(".,;:!?") for address in addresses]
    if first.endswith(")") and "(" not in first:
        first = first[:-1]
    whole = re.sub(r"^(https?):/{1,2}", lambda match: f"{match[1].lower()}://", first, flags=re.IGNORECASE)
    if not whole.startswith(("http://", "https://")):
        whole = f"https://{whole}"
    _check_address(whole, text)
    if others:
        say(f"seule la première adresse est gardée : {whole} ; les autres ne le sont pas : {', '.join(others)}")
    elif whole != plain:
        say(f"adresse lue comme {whole}")
    return whole


def _check_address(address: str, text: str) -> None:
    try:
        URLValidator(("http", "https"))(address)
    except ValidationError:
        remedy = "sans espace ni accent dans le nom du site, par exemple https://www.ville.fr/sante-mentale"
        raise ValueError(f"« {text} » n’est pas l’adresse d’une page : écrivez-la en entier, {remedy}") from None


def _is_bare(text: str) -> bool:
    match = BARE.fullmatch(text)
    return match is not None and match[1].lower() in ENDS
