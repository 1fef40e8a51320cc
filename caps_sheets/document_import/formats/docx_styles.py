"""What styles and lists say of a paragraph of a Word document: heading, quotation, bold, depth."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any
from xml.etree.ElementTree import Element

from caps_sheets.document_import.formats.collector import Format

#: Styles that follow each other by « based on », at most.
LONGEST_CHAIN = 20
#: Word stores the names of its own styles in English; other programs write the name that people see.
HEADING = re.compile(r"(?:heading|titre|head|überschrift|titolo|título)\s*_?(\d)")
TITLES = {"title", "titre", "titre principal", "titre du document"}
QUOTES = {"quote", "intense quote", "quotations", "citation", "citation intense", "citations", "verbatim", "block text",
          "bloc de texte", "block quotation"}  # fmt: skip
OFF = ("false", "0", "off", "none")


def local(element: Element) -> str:
    """The name without its namespace; comments and instructions have none."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def attribute(element: Element, name: str) -> str:
    """By local name, in whatever namespace."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return value
    return ""


def is_on(element: Element | None) -> bool:
    return element is not None and attribute(element, "val").lower() not in OFF


def role_of(name: str) -> str:
    name = name.strip().lower()
    return "title" if name in TITLES else "quote" if name in QUOTES else ""


@dataclass(frozen=True)
class Style:
    level: int = 0
    role: str = ""
    is_bold: bool = False
    is_italic: bool = False
    is_struck: bool = False
    is_hidden: bool = False
    shift: str = ""
    font: str = ""
    is_contents: bool = False
    #: Identifier of the list and depth, from 0.
    numbering: tuple[str, int] = ("", 0)


@dataclass
class Styles:
    by_id: dict[str, Style] = field(default_factory=dict)
    default: Style = field(default_factory=Style)

    def of_paragraph(self, properties: Element | None) -> Style:
        if properties is None:
            return self.default
        named = properties.find("{*}pStyle")
        style = self.by_id.get(attribute(named, "val"), Style()) if named is not None else self.default
        level = _outline(properties)
        return style if level is None else replace(style, level=level)

    def of_text(self, style: Style) -> Format:
        return Format(**{name: getattr(style, name) for name in MARKS})

    def of_run(self, properties: Element | None, outer: Format) -> Format:
        """What the run says, else its style, else the text around it."""
        if properties is None:
            return outer
        named = properties.find("{*}rStyle")
        style = self.by_id.get(attribute(named, "val"), Style()) if named is not None else Style()
        own = _marks(properties)
        own |= {name: True for name in (*SWITCHES, "is_struck") if getattr(style, name) and name not in own}
        texts = {name: getattr(style, name) or getattr(outer, name) for name in ("shift", "font")}
        return replace(outer, **(texts | own))


#: Property of a run → its name here.
SWITCHES = {"is_bold": "b", "is_italic": "i", "is_hidden": "vanish"}
MARKS = (*SWITCHES, "is_struck", "shift", "font")
SHIFTS = {"superscript": "raised", "subscript": "lowered"}


def _marks(properties: Element) -> dict[str, Any]:
    """What the properties of a run, or those of a style, say of its marks."""
    said: dict[str, Any] = {}
    for name, tag in SWITCHES.items():
        if (element := properties.find(f"{{*}}{tag}")) is not None:
            said[name] = is_on(element)
    strikes = [element for tag in ("strike", "dstrike") if (element := properties.find(f"{{*}}{tag}")) is not None]
    if strikes:
        said["is_struck"] = any(map(is_on, strikes))
    if (vertical := properties.find("{*}vertAlign")) is not None:
        said["shift"] = SHIFTS.get(attribute(vertical, "val"), "")
    fonts = properties.find("{*}rFonts")
    if fonts is not None and (font := attribute(fonts, "ascii")):
        said["font"] = font
    return said


def read_styles(root: Element | None) -> Styles:
    if root is None:
        return Styles()
    elements = {attribute(item, "styleId"): item for item in root if local(item) == "style"}
    styles = Styles({key: _style(item, elements) for key, item in elements.items()})
    for key, item in elements.items():
        if attribute(item, "type") == "paragraph" and attribute(item, "default") in ("1", "true"):
            styles.default = styles.by_id[key]
    return styles


def _style(element: Element, elements: dict[str, Element]) -> Style:
    """What the style says, and the styles that it is based on, from the first of them."""
    chain = [element]
    while (base := chain[-1].find("{*}basedOn")) is not None and len(chain) < LONGEST_CHAIN:
        parent = elements.get(attribute(base, "val"))
        if parent is None:
            break
        chain.append(parent)
    style = Style()
    for item in reversed(chain):
        style = _added(style, item)
    return style


def _added(style: Style, element: Element) -> Style:
    named = element.find("{*}name")
    name = (attribute(named, "val") if named is not None else attribute(element, "styleId")).strip().lower()
    properties = element.find("{*}pPr")
    level = _outline(properties) if properties is not None else None
    if level is None and (match := HEADING.fullmatch(name)):
        level = int(match[1])
    marks = element.find("{*}rPr")
    return replace(
        style,
        level=style.level if level is None else level,
        role=role_of(name) or style.role,
        is_contents=name.startswith("toc ") or name.startswith("table of figures") or style.is_contents,
        numbering=_list_of(properties) or style.numbering,
        **(_marks(marks) if marks is not None else {}),
    )


def _outline(properties: Element) -> int | None:
    """From 1; 0 for « body text »; None if nothing is said."""
    element = properties.find("{*}outlineLvl")
    if element is None or not (value := attribute(element, "val")).isdecimal():
        return None
    return int(value) + 1 if int(value) < 9 else 0


def _list_of(properties: Element | None) -> tuple[str, int] | None:
    element = properties.find("{*}numPr") if properties is not None else None
    if element is None:
        return None
    number, depth = element.find("{*}numId"), element.find("{*}ilvl")
    rank = attribute(depth, "val") if depth is not None else "0"
    identifier = attribute(number, "val") if number is not None else ""
    return (identifier, int(rank) if rank.isdecimal() else 0) if identifier or depth is not None else None


@dataclass
class Numbering:
    """Identifier of a list → depth → whether it is numbered."""

    lists: dict[str, dict[int, bool]] = field(default_factory=dict)

    def of_paragraph(self, properties: Element | None, style: Style) -> tuple[int, bool]:
        """Depth from 1, 0 outside a list; whether it is numbered."""
        own = _list_of(properties)
        identifier, depth = own or style.numbering
        identifier = identifier or style.numbering[0]
        if not identifier or identifier == "0" or identifier not in self.lists:
            return 0, False
        return min(depth, 8) + 1, self.lists[identifier].get(depth, False)


def read_numbering(root: Element | None) -> Numbering:
    if root is None:
        return Numbering()
    kinds: dict[str, dict[int, bool]] = {}
    for item in root:
        if local(item) == "abstractNum":
            kinds[attribute(item, "abstractNumId")] = dict(map(_level, item.findall("{*}lvl")))
    lists = {}
    for item in root:
        link = item.find("{*}abstractNumId")
        if local(item) == "num" and link is not None:
            lists[attribute(item, "numId")] = kinds.get(attribute(link, "val"), {})
    return Numbering(lists)


def _level(element: Element) -> tuple[int, bool]:
    kind, rank = element.find("{*}numFmt"), attribute(element, "ilvl")
    is_numbered = kind is not None and attribute(kind, "val") not in ("bullet", "none")
    return int(rank) if rank.isdecimal() else 0, is_numbered
