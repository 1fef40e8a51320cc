"""The tags of the podcast namespace, as its schema constrains them, on a feed of 500 episodes.

The schema of the namespace is in no package and may not be copied: what it asks of the tags that we write is said here
in our words. It knows neither the newest tags nor ``location@rel`` and ``@country``.
"""

from collections.abc import Callable
from decimal import Decimal

import pytest
from lxml import etree

from caps_sheets.podcasts.feeds.rss import write
from tests.podcasts.feed_world import sample_channel

PODCAST = "{https://podcastindex.org/namespace/1.0}"
NEWER_TAGS = {"guid", "medium", "license", "updateFrequency", "txt"}
NEWER_ATTRIBUTES = {"location": {"rel", "country"}}

Check = Callable[[str], bool]


def is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except ArithmeticError:
        return False


def is_short(text: str) -> bool:
    return len(text) <= 128


#: Tag → (required attributes, optional ones, what its text must be).
TAGS: dict[str, tuple[set[str], set[str], Check]] = {
    "transcript": ({"url", "type"}, {"language", "rel"}, lambda text: not text),
    "chapters": ({"url", "type"}, set(), lambda text: not text),
    "locked": ({"owner"}, set(), lambda text: text in ("yes", "no")),
    "soundbite": ({"startTime", "duration"}, set(), is_short),
    "person": (set(), {"role", "group", "img", "href"}, is_short),
    "location": (set(), {"geo", "osm"}, is_short),
    "season": ({"name"}, set(), lambda text: text.isdigit()),
    "episode": (set(), {"display"}, is_number),
}
LONGEST = {"season": ("name", 128), "episode": ("display", 32)}
NUMBERS = {"soundbite": ("startTime", "duration")}


def faults(element: etree._Element) -> list[str]:
    name = element.tag.removeprefix(PODCAST)
    required, optional, accepts = TAGS[name]
    given = set(element.attrib) - NEWER_ATTRIBUTES.get(name, set())
    found = [f"{name} lacks {one}" for one in required - given]
    found += [f"{name} has {one}" for one in given - required - optional]
    if not accepts(element.text or ""):
        found.append(f"{name}: {element.text!r}")
    if name in LONGEST:
        attribute, most = LONGEST[name]
        found += [f"{name}@{attribute} is too long"] * (len(element.get(attribute, "")) > most)
    return found + [f"{name}@{one}" for one in NUMBERS.get(name, ()) if not is_number(element.get(one, "NaN"))]


@pytest.mark.parametrize("owner", ["podcast@portail.example", ""])
def test_every_tag_is_what_the_namespace_asks(owner):
    root = etree.fromstring(write(sample_channel(500, owner_email=owner)))
    elements = [one for one in root.iter(PODCAST + "*") if one.tag.removeprefix(PODCAST) not in NEWER_TAGS]
    assert {one.tag.removeprefix(PODCAST) for one in elements} == set(TAGS)
    assert [fault for element in elements for fault in faults(element)] == []


@pytest.mark.parametrize(
    "broken",
    ['<a:season name="x">un</a:season>', '<a:soundbite startTime="a" duration="3"/>', "<a:locked>yes</a:locked>"],
)
def test_a_broken_tag_is_seen(broken):
    root = etree.fromstring(f'<r xmlns:a="{PODCAST[1:-1]}">{broken}</r>')
    assert [fault for element in root for fault in faults(element)]
