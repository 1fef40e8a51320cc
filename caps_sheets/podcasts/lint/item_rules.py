"""The rules about one episode. Each yields messages in French."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from caps_sheets.podcasts.feeds.rss import DESCRIPTION_BYTES
from caps_sheets.podcasts.lint.channel_rules import is_address, rfc_date
from caps_sheets.podcasts.lint.document import attribute, every, text

SOUND_TYPES = {"audio/mpeg": ".mp3", "audio/mp4": ".m4a", "audio/x-m4a": ".m4a"}
TRANSCRIPT_TYPES = {
    "text/vtt",
    "application/x-subrip",
    "application/srt",
    "application/json",
    "text/html",
    "text/plain",
}
CHAPTERS_TYPES = {"application/json+chapters", "application/json"}
DURATION = re.compile(r"\d+|(?:\d+:)?[0-5]?\d:[0-5]\d", re.ASCII)
CLOCK = re.compile(r"(?:(\d+):)?([0-5]?\d):([0-5]\d)(?:\.\d{1,3})?", re.ASCII)
GEO = re.compile(r"geo:-?\d+(?:\.\d+)?,-?\d+(?:\.\d+)?(?:[;,].*)?")
KINDS = {"full", "trailer", "bonus"}
ACTIVE = re.compile(r"<\s*(?:script|iframe|object|embed|style)\b|\son\w+\s*=|javascript:", re.IGNORECASE)
FEWEST_CHAPTERS = 3
SOUNDBITE_SECONDS = (15, 120)  # podcast namespace, recommended


def title(item: Element) -> Iterator[str]:
    if not text(item, "title"):
        yield "L’épisode n’a pas de titre."


def guid(item: Element) -> Iterator[str]:
    element = item.find("guid")
    value = text(item, "guid")
    if not value:
        yield "L’épisode n’a pas d’identifiant (« guid »)."
    elif element is not None and element.get("isPermaLink", "true") != "false" and not is_address(value):
        yield "L’identifiant n’est pas une adresse : « isPermaLink » doit valoir « false »."


def sound(item: Element) -> Iterator[str]:
    url = attribute(item, "enclosure", "url")
    if not is_address(url):
        yield "L’épisode n’a pas de son, ou son adresse n’est pas complète."
    elif not url.isascii() or " " in url:
        yield "L’adresse du son contient des accents ou des espaces : Apple la refuse."


def secure_sound(item: Element) -> Iterator[str]:
    """A host without a dot is this machine, where nothing is encrypted."""
    address = attribute(item, "enclosure", "url")
    if address.startswith("http:") and is_address(address) and "." in (urlsplit(address).hostname or ""):
        yield "L’adresse du son commence par « http: » : des applications ne lisent que « https: »."


def sound_length(item: Element) -> Iterator[str]:
    length = attribute(item, "enclosure", "length")
    if attribute(item, "enclosure", "url") and not (length.isascii() and length.isdigit() and int(length) > 0):
        yield "Le poids du son (« length ») manque ou vaut zéro."


def sound_type(item: Element) -> Iterator[str]:
    media_type = attribute(item, "enclosure", "type")
    if not attribute(item, "enclosure", "url"):
        return
    if media_type not in SOUND_TYPES:
        yield "Le type du son doit être « audio/mpeg » ou « audio/mp4 »."
    elif not urlsplit(attribute(item, "enclosure", "url")).path.lower().endswith(SOUND_TYPES[media_type]):
        yield "L’adresse du son ne finit pas comme son type le demande (.mp3 ou .m4a)."


def duration(item: Element) -> Iterator[str]:
    value = text(item, "itunes:duration")
    if not DURATION.fullmatch(value) or not value.strip("0:"):
        yield "La durée manque ou n’est pas un nombre de secondes."


def date(item: Element) -> Iterator[str]:
    moment = rfc_date(text(item, "pubDate"))
    if moment is None:
        yield "La date manque ou n’est pas au format RFC 2822."
        return
    if moment > datetime.now(UTC) + timedelta(minutes=5):
        yield "La date est à venir : des applications cacheront l’épisode jusque-là."


def link(item: Element) -> Iterator[str]:
    if not is_address(text(item, "link")):
        yield "L’adresse de la page de l’épisode manque ou n’est pas complète."


def description(item: Element) -> Iterator[str]:
    value = text(item, "description")
    if not value:
        yield "L’épisode n’a pas de résumé."
    elif len(value.encode()) > DESCRIPTION_BYTES:
        yield f"Le résumé dépasse {DESCRIPTION_BYTES} octets : il sera coupé."


def notes(item: Element) -> Iterator[str]:
    if ACTIVE.search(text(item, "content:encoded")):
        yield "Les notes contiennent du code actif (script, cadre, gestionnaire) : il sera refusé."


def explicit(item: Element) -> Iterator[str]:
    if text(item, "itunes:explicit") not in ("", "true", "false"):
        yield "« itunes:explicit » doit valoir « true » ou « false »."


def kind(item: Element) -> Iterator[str]:
    if text(item, "itunes:episodeType") not in {"", *KINDS}:
        yield "Le type d’épisode doit être « full », « trailer » ou « bonus »."


def numbers(item: Element) -> Iterator[str]:
    for name, label in (("itunes:season", "La saison"), ("itunes:episode", "Le numéro")):
        element = item.find(name, {"itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd"})
        value = (element.text or "") if element is not None else None
        if value is not None and not (value.isascii() and value.isdigit() and int(value) > 0):
            yield f"{label} doit être un nombre à partir de 1."


def season(item: Element) -> Iterator[str]:
    value = text(item, "podcast:season")
    if value and value != text(item, "itunes:season"):
        yield "La saison n’est pas la même pour iTunes et pour Podcasting 2.0."


def transcript(item: Element) -> Iterator[str]:
    elements = list(every(item, "podcast:transcript"))
    if not elements:
        yield "L’épisode n’a pas de transcription relue."
    for element in elements:
        if not is_address(element.get("url", "")) or element.get("type") not in TRANSCRIPT_TYPES:
            yield "Une transcription n’a pas d’adresse complète ou de type connu."


def chapters_file(item: Element) -> Iterator[str]:
    for element in every(item, "podcast:chapters"):
        if not is_address(element.get("url", "")) or element.get("type") not in CHAPTERS_TYPES:
            yield "Le fichier de chapitres n’a pas d’adresse complète ou de type « application/json+chapters »."


def simple_chapters(item: Element) -> Iterator[str]:
    elements = list(every(item, "psc:chapters/psc:chapter"))
    if not elements:
        return
    starts = [clock_seconds(element.get("start", "")) for element in elements]
    if None in starts or any(not element.get("title", "").strip() for element in elements):
        yield "Un chapitre n’a pas de titre ou de début lisible."
    elif starts != sorted(set(starts)) or starts[0] != 0:  # type: ignore[type-var]
        yield "Les chapitres doivent se suivre et commencer à 00:00:00."
    elif len(elements) < FEWEST_CHAPTERS:
        yield f"Il faut au moins {FEWEST_CHAPTERS} chapitres : les applications n’en montrent pas moins."


def persons(item: Element) -> Iterator[str]:
    if any(not (element.text or "").strip() for element in every(item, "podcast:person")):
        yield "Une voix n’a pas de nom."


def places(item: Element) -> Iterator[str]:
    for element in every(item, "podcast:location"):
        if not (element.text or "").strip() or not GEO.fullmatch(element.get("geo", "geo:0,0")):
            yield "Un lieu n’a pas de nom, ou ses coordonnées ne sont pas de la forme « geo:43.6,3.4 »."


def soundbite(item: Element) -> Iterator[str]:
    for element in every(item, "podcast:soundbite"):
        try:
            start, length = float(element.get("startTime", "")), float(element.get("duration", ""))
        except ValueError:
            yield "L’extrait n’a pas de début ou de durée en secondes."
            continue
        shortest, longest = SOUNDBITE_SECONDS
        if start < 0 or not shortest <= length <= longest:
            yield f"L’extrait doit durer de {shortest} à {longest} secondes ; celui-ci en dure {length:g}."


def artwork(item: Element) -> Iterator[str]:
    value = attribute(item, "itunes:image", "href")
    if value and not urlsplit(value).path.lower().endswith((".jpg", ".jpeg", ".png")):
        yield "L’image de l’épisode doit être un fichier .jpg ou .png."


def clock_seconds(value: str) -> int | None:
    match = CLOCK.fullmatch(value)
    if match is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return (hours * 60 + minutes) * 60 + seconds
