"""The rules about a feed as a whole. Each yields messages in French.

Sources: Apple « podcast requirements » (support 823), RSS 2.0, podcast namespace specification 1.0, RFC 5005.
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit
from uuid import UUID
from xml.etree.ElementTree import Element

from caps_sheets.podcasts.feeds.rss import DESCRIPTION_BYTES
from caps_sheets.podcasts.lint.document import NAMES, attribute, every, text

LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", re.IGNORECASE)
RRULE = re.compile(r"FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(;[A-Z]+=[A-Z0-9,+-]+)*")
#: Of Apple, since August 2019; earlier ones (« Health », « News & Politics »…) are retired.
CATEGORIES = {
    *("Arts", "Business", "Comedy", "Education", "Fiction", "Government", "History", "Health & Fitness"),
    *("Kids & Family", "Leisure", "Music", "News", "Religion & Spirituality", "Science", "Society & Culture"),
    *("Sports", "Technology", "True Crime", "TV & Film"),
}
#: Sub-categories, for the one of the portal.
HEALTH_CATEGORIES = {"Alternative Health", "Fitness", "Medicine", "Mental Health", "Nutrition", "Sexuality"}
RFC_DATE = re.compile(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), *)?[0-9]{1,2} +(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
    r" +(?:[0-9]{2}|[0-9]{4}) +[0-9]{2}:[0-9]{2}(?::[0-9]{2})? +(?:[+-][0-9]{4}|UT|GMT|[ECMP][SD]T)"
)
IMAGE_ENDINGS = (".jpg", ".jpeg", ".png")
PODCAST_SPACE = re.compile(r"\{([^}]*podcastindex\.org/namespace[^}]*|[^}]*podcastindex-org/podcast-namespace[^}]*)\}")


def is_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def rfc_date(value: str) -> datetime | None:
    """A date with its zone, as RSS asks (RFC 822 and 2822); None for any other, « CET » being no zone there."""
    try:
        return parsedate_to_datetime(value) if RFC_DATE.fullmatch(value) else None
    except ValueError:
        return None


def title(channel: Element) -> Iterator[str]:
    if not text(channel, "title"):
        yield "Le flux n’a pas de titre."


def link(channel: Element) -> Iterator[str]:
    if not is_address(text(channel, "link")):
        yield "L’adresse de la page de l’émission (« link ») manque ou n’est pas une adresse complète."


def description(channel: Element) -> Iterator[str]:
    value = text(channel, "description")
    if not value:
        yield "Le flux n’a pas de description."
    elif len(value.encode()) > DESCRIPTION_BYTES:
        yield f"La description dépasse {DESCRIPTION_BYTES} octets : elle sera coupée."


def language(channel: Element) -> Iterator[str]:
    if not LANGUAGE.fullmatch(text(channel, "language")):
        yield "La langue manque ou n’est pas un code de langue (« fr »)."


def artwork(channel: Element) -> Iterator[str]:
    url = attribute(channel, "itunes:image", "href")
    if not is_address(url):
        yield "La pochette manque : choisissez une image carrée de 1400 à 3000 px dans l’émission."
    elif not urlsplit(url).path.lower().endswith(IMAGE_ENDINGS):
        yield "L’adresse de la pochette doit finir par .jpg ou .png."


def category(channel: Element) -> Iterator[str]:
    if not attribute(channel, "itunes:category", "text"):
        yield "La catégorie manque : les annuaires ne sauront où ranger l’émission."
    for element in every(channel, "itunes:category"):
        value = element.get("text", "").strip()
        if value and value not in CATEGORIES:
            yield f"La catégorie « {value} » n’existe pas ou plus chez Apple : par exemple « Health & Fitness »."
        for child in every(element, "itunes:category"):
            name = child.get("text", "").strip()
            if value == "Health & Fitness" and name not in HEALTH_CATEGORIES:
                yield f"La catégorie « {value} > {name} » n’existe pas ou plus chez Apple."


def explicit(channel: Element) -> Iterator[str]:
    if text(channel, "itunes:explicit") not in ("true", "false"):
        yield "« itunes:explicit » doit valoir « true » ou « false »."


def author(channel: Element) -> Iterator[str]:
    if not text(channel, "itunes:author"):
        yield "L’auteur manque : indiquez l’organisme dans l’émission."


def show_type(channel: Element) -> Iterator[str]:
    if text(channel, "itunes:type") not in ("episodic", "serial"):
        yield "« itunes:type » doit valoir « episodic » ou « serial »."


def serial_numbers(channel: Element) -> Iterator[str]:
    if text(channel, "itunes:type") != "serial":
        return
    full = [item for item in channel.iter("item") if text(item, "itunes:episodeType") in ("", "full")]
    if any(not text(item, "itunes:episode") for item in full):
        yield "Un récit à suivre demande un numéro à chaque épisode."


def self_link(channel: Element) -> Iterator[str]:
    links = [element for element in every(channel, "atom:link") if element.get("rel") == "self"]
    if len(links) != 1 or not is_address(links[0].get("href", "")):
        yield "L’adresse du flux lui-même (« atom:link rel=self ») manque ou n’est pas complète."


def podcast_namespace(channel: Element) -> Iterator[str]:
    spaces = {match[1] for element in channel.iter() if (match := PODCAST_SPACE.match(element.tag))}
    for space in sorted(spaces - {NAMES["podcast"]}):
        yield f"L’espace de noms « {space} » n’est pas exact : aucune balise Podcasting 2.0 ne sera lue."


def show_guid(channel: Element) -> Iterator[str]:
    try:
        UUID(text(channel, "podcast:guid"))
    except ValueError:
        yield "L’identifiant de l’émission (« podcast:guid ») manque ou n’est pas un UUID."


def locked(channel: Element) -> Iterator[str]:
    if text(channel, "podcast:locked") not in ("yes", "no"):
        yield "« podcast:locked » doit valoir « yes » ou « no »."


def medium(channel: Element) -> Iterator[str]:
    if not text(channel, "podcast:medium"):
        yield "« podcast:medium » manque."


def frequency(channel: Element) -> Iterator[str]:
    for element in every(channel, "podcast:updateFrequency"):
        rrule = element.get("rrule")
        if rrule is not None and not RRULE.fullmatch(rrule):
            yield f"Le rythme de diffusion « {rrule} » n’est pas une règle iCalendar."


def build_date(channel: Element) -> Iterator[str]:
    if rfc_date(text(channel, "lastBuildDate")) is None:
        yield "La date du flux (« lastBuildDate ») manque ou n’est pas au format RFC 2822."


def new_address(channel: Element) -> Iterator[str]:
    value = text(channel, "itunes:new-feed-url")
    if value and not is_address(value):
        yield "La nouvelle adresse du flux n’est pas une adresse complète."


def unique_guids(channel: Element) -> Iterator[str]:
    counts = Counter(text(item, "guid") for item in channel.iter("item"))
    for guid, count in counts.items():
        if guid and count > 1:
            yield f"{count} épisodes portent le même identifiant « {guid} » : les applications n’en montreront qu’un."


def unique_sounds(channel: Element) -> Iterator[str]:
    counts = Counter(attribute(item, "enclosure", "url") for item in channel.iter("item"))
    for url, count in counts.items():
        if url and count > 1:
            yield f"{count} épisodes ont le même son « {url} » : Apple n’en garde qu’un."


def unique_numbers(channel: Element) -> Iterator[str]:
    counts = Counter(
        (text(item, "itunes:season"), number)
        for item in channel.iter("item")
        if (number := text(item, "itunes:episode")) and text(item, "itunes:episodeType") in ("", "full")
    )
    for (season, number), count in counts.items():
        if count > 1:
            place = f"saison {season}, " if season else ""
            yield f"{count} épisodes portent le même numéro ({place}épisode {number})."


def episodes(channel: Element) -> Iterator[str]:
    if channel.find("item") is None:
        yield "Le flux n’a aucun épisode : les annuaires en demandent au moins un."
