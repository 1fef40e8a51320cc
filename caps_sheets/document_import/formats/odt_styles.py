"""What styles say of a paragraph, a span or a list of an OpenDocument text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from caps_sheets.document_import.formats.docx_styles import HEADING, LONGEST_CHAIN, attribute, local, role_of

#: « Text_20_body »: how a name writes its characters.
WRITTEN = re.compile(r"_([0-9a-f]{2,4})_")
BOLD_FROM = 600


@dataclass(frozen=True)
class OdtStyle:
    """None: the style says nothing of it."""

    level: int = 0
    role: str = ""
    is_bold: bool | None = None
    is_italic: bool | None = None
    is_hidden: bool = False


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
    weight = attribute(text, "font-weight") if text is not None else ""
    slant = attribute(text, "font-style") if text is not None else ""
    return OdtStyle(
        level,
        role_of(name) or style.role,
        _is_bold(weight) if weight else style.is_bold,
        slant in ("italic", "oblique") if slant else style.is_italic,
        style.is_hidden or (text is not None and attribute(text, "display") == "none"),
    )


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
