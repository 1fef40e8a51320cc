"""What styles say of a paragraph, a span or a list of an OpenDocument text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any
from xml.etree.ElementTree import Element

from caps_sheets.document_import.formats.collector import Format
from caps_sheets.document_import.formats.docx_styles import HEADING, LONGEST_CHAIN, attribute, local, role_of

#: « Text_20_body »: how a name writes its characters.
WRITTEN = re.compile(r"_([0-9a-f]{2,4})_")
LENGTH = re.compile(r"-?\d+(?:\.\d+)?")
BOLD_FROM = 600


MARKS = ("is_bold", "is_italic", "is_struck", "is_hidden", "shift", "font")


@dataclass(frozen=True)
class OdtStyle:
    """None: the style says nothing of it."""

    level: int = 0
    role: str = ""
    is_bold: bool | None = None
    is_italic: bool | None = None
    is_struck: bool | None = None
    is_hidden: bool | None = None
    shift: str | None = None
    font: str | None = None
    is_cropped: bool = False

    def over(self, outer: Format) -> Format:
        """The format of a text in this style, inside another."""
        said = {name: value for name in MARKS if (value := getattr(self, name)) is not None}
        return replace(outer, **said)


@dataclass
class OdtStyles:
    elements: dict[str, Element] = field(default_factory=dict)
    lists: dict[str, dict[int, bool]] = field(default_factory=dict)
    known: dict[str, OdtStyle] = field(default_factory=dict)

    def of(self, name: str) -> OdtStyle:
        if name not in self.known:
            self.known[name] = self._read(name)
        return self.known[name]

    def is_numbered(self, name: str, depth: int) -> bool:
        return self.lists.get(name, {}).get(depth + 1, False)

    def _read(self, name: str) -> OdtStyle:
        chain: list[Element] = []
        while (element := self.elements.get(name)) is not None and len(chain) < LONGEST_CHAIN:
            chain.append(element)
            name = attribute(element, "parent-style-name")
        style = OdtStyle()
        for element in reversed(chain):
            style = _added(style, element)
        return style


def _added(style: OdtStyle, element: Element) -> OdtStyle:
    written = attribute(element, "display-name") or attribute(element, "name")
    name = WRITTEN.sub(lambda found: chr(int(found[1], 16)), written).strip().lower()
    level = style.level
    if (rank := attribute(element, "default-outline-level")).isdecimal():
        level = int(rank)
    elif match := HEADING.fullmatch(name):
        level = int(match[1])
    text = element.find("{*}text-properties")
    drawn = element.find("{*}graphic-properties")
    return replace(
        style,
        level=level,
        role=role_of(name) or style.role,
        is_cropped=style.is_cropped or (drawn is not None and _crops(attribute(drawn, "clip"))),
        **(_marks(text) if text is not None else {}),
    )


def _marks(properties: Element) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if weight := attribute(properties, "font-weight"):
        said["is_bold"] = _is_bold(weight)
    if slant := attribute(properties, "font-style"):
        said["is_italic"] = slant in ("italic", "oblique")
    if line := attribute(properties, "text-line-through-style") or attribute(properties, "text-line-through-type"):
        said["is_struck"] = line != "none"
    if display := attribute(properties, "display"):
        said["is_hidden"] = display == "none"
    if font := attribute(properties, "font-name"):
        said["font"] = font
    if position := attribute(properties, "text-position").split():
        said["shift"] = _shift(position[0])
    return said


def _shift(position: str) -> str:
    """« super », « sub », or a share of the height of the text."""
    if position.startswith(("sub", "-")):
        return "lowered"
    return "raised" if position.strip("0.%") else ""


def _crops(clip: str) -> bool:
    """« rect(0cm, 1.5cm, 0cm, 0cm) »: what is cut off each side, negative for a margin."""
    return any(float(length) > 0 for length in LENGTH.findall(clip))


def _is_bold(weight: str) -> bool:
    return weight == "bold" or (weight.isdecimal() and int(weight) >= BOLD_FROM)


def read_odt_styles(roots: Iterable[Element]) -> OdtStyles:
    """A later root may define a style again."""
    styles = OdtStyles()
    for root in roots:
        for element in root.iter():
            if local(element) == "style":
                styles.elements[attribute(element, "name")] = element
            elif local(element) == "list-style":
                levels = (item for item in element if attribute(item, "level").isdecimal())
                styles.lists[attribute(element, "name")] = {
                    int(attribute(item, "level")): local(item) == "list-level-style-number"
                    and bool(attribute(item, "num-format"))
                    for item in levels
                }
    return styles
