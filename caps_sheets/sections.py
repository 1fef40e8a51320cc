"""The fourteen official sections of the text, in their order and with their heading (CAPS template, part 3)."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any
from uuid import uuid4

from wagtail import blocks
from wagtail.rich_text import RichText

from caps_sheets import blocks as caps

#: Lengths that publication requires of the texts of the first part, said by their panels.
SUMMARY_WORDS, TITLE_LENGTH = (150, 250), 120

LocalBlocks = list[tuple[str, blocks.Block]] | None
COMMON = {
    "paragraph": caps.ParagraphBlock(features=caps.TEXT),
    "verbatim": caps.VerbatimBlock(),
    "key_figure": caps.KeyFigureBlock(),
    "tool": caps.ToolBlock(),
    "table": caps.TableBlock([("text", blocks.RichTextBlock(features=caps.TEXT, required=False, label="Texte"))]),
    "illustration": caps.IllustrationBlock(),
}


@dataclass(frozen=True)
class Section:
    """One section: ``needs`` maps a block name to the number of such blocks that publication requires."""

    key: str
    heading: str
    help_text: str
    own_blocks: dict[str, blocks.Block] = field(default_factory=dict)
    needs: dict[str, int] = field(default_factory=dict)
    is_required: bool = True


SECTIONS = (
    Section(
        "contexte",
        "Contexte et origine de l’action",
        "Territoire, besoins ou diagnostic, déclencheur, cadre politique.",
        needs={"paragraph": 1},
    ),
    Section(
        "objectifs",
        "Objectifs",
        "Général, spécifiques, opérationnels.",
        {"objective": caps.ObjectiveBlock()},
        {"objective": 1},
    ),
    Section(
        "publics",
        "Publics et modalités d’implication",
        "Comment les personnes concernées et les proches ont pris part.",
        {"participation": caps.ParticipationBlock()},
        {"paragraph": 1, "participation": 1},
    ),
    Section(
        "pilotage",
        "Pilotage, partenariats et rôles",
        "Qui pilote, qui fait quoi.",
        {"partners": caps.PartnersBlock()},
        {"partners": 1},
    ),
    Section(
        "deroulement",
        "Déroulement : les étapes",
        "Au moins deux étapes, dans l’ordre du récit.",
        {"step": caps.StepBlock()},
        {"step": 2},
    ),
    Section(
        "moyens",
        "Moyens, compétences mobilisées et outils",
        "Temps, budget, savoir-faire ; un bloc « Outil » par outil.",
        needs={"paragraph": 1},
    ),
    Section(
        "elements_saillants",
        "Éléments saillants et fonctions clés",
        "Comment ça marche : au moins deux éléments.",
        {"highlight": caps.HighlightBlock()},
        {"highlight": 2},
    ),
    Section(
        "difficultes",
        "Difficultés, échecs et ajustements",
        "Au moins une difficulté : c’est ce que les lecteurs cherchent le plus.",
        {"difficulty": caps.DifficultyBlock()},
        {"difficulty": 1},
    ),
    Section("leviers", "Leviers", "Ce qui a facilité l’action.", {"lever": caps.LeverBlock()}, {"lever": 1}),
    Section(
        "resultats",
        "Résultats et effets observés",
        "Attendus ou non ; « non évaluée » est une réponse.",
        {"evaluation": caps.EvaluationBlock()},
        {"evaluation": 1},
    ),
    Section(
        "enseignements",
        "Enseignements et conseils à qui voudrait se lancer",
        "Au moins deux.",
        {"lesson": caps.LessonBlock()},
        {"lesson": 2},
    ),
    Section(
        "transferabilite",
        "Transférabilité",
        "Recommandé : ce qu’il faut garder, ce qui s’adapte.",
        {"transferability": caps.TransferabilityBlock()},
        is_required=False,
    ),
    Section("perspectives", "Perspectives et suites", "Ce qui vient ensuite.", is_required=False),
    Section(
        "ressources",
        "Pour aller plus loin",
        "Documents et liens.",
        {"resource": caps.ResourceBlock()},
        is_required=False,
    ),
)
ORDER = {section.key: rank for rank, section in enumerate(SECTIONS)}


def asked(section: Section) -> str:
    """What publication requires of a section, in words."""
    kinds: dict[str, blocks.Block] = {**COMMON, **section.own_blocks}
    needs = [f"{number}\xa0×\xa0«\xa0{kinds[name].label}\xa0»" for name, number in section.needs.items()]
    return f"Demandé pour publier : {', '.join(needs)}." if needs else ""


class SectionBlock(blocks.StreamBlock):
    """The content of one section: its own blocks first in the picker, then the common ones."""

    def __init__(self, section: Section | None = None, local_blocks: LocalBlocks = None, **kwargs: Any):
        if section:
            local_blocks = [*section.own_blocks.items(), *COMMON.items()]
            label = f"{ORDER[section.key] + 1}. {section.heading}"
            kwargs |= {"label": label, "help_text": section.help_text, "required": False}
        super().__init__(local_blocks, **kwargs)
        if section:  # beside the arguments, which the migrations copy
            self.meta.help_text = f"{section.help_text} {asked(section)}".strip()


class SheetText(blocks.StreamValue):
    """A stored text, read at once when its first section is asked for: a query for the pictures of all sections, where
    Wagtail makes one for each section.
    """

    def _prefetch_blocks(self, type_name: str) -> None:
        unread = [rank for rank, child in enumerate(self._bound_blocks) if child is None]
        written = {rank: list(self._known_blocks(self._raw_data[rank])) for rank in unread}
        kinds = {id(kind): kind for kind, _ in chain.from_iterable(written.values())}  # a block has no hash
        stored: dict[int, list[Any]] = defaultdict(list)
        for kind, raw in chain.from_iterable(written.values()):
            stored[id(kind)].append(raw["value"])
        read = {key: iter(kinds[key].bulk_to_python(values)) for key, values in stored.items()}
        for rank, inner in written.items():
            section = self.stream_block.child_blocks[self._raw_data[rank]["type"]]
            children = [(kind.name, next(read[id(kind)]), raw.get("id")) for kind, raw in inner]
            self[rank] = (section.name, blocks.StreamValue(section, children), self._raw_data[rank].get("id"))

    def _known_blocks(self, section: dict[str, Any]) -> Iterator[tuple[blocks.Block, dict[str, Any]]]:
        """(kind, raw value) of each block of a section; a kind that exists no more is left out, as Wagtail does."""
        kinds = self.stream_block.child_blocks[section["type"]].child_blocks
        return ((kinds[raw["type"]], raw) for raw in section["value"] if raw["type"] in kinds)


class TextBlock(blocks.StreamBlock):
    """Part C of the sheet. Each section is present once, in the official order, whatever was posted."""

    def __init__(self, local_blocks: LocalBlocks = None, **kwargs: Any):
        if local_blocks is None:
            local_blocks = [(section.key, SectionBlock(section)) for section in SECTIONS]
        super().__init__(local_blocks, **kwargs)

    def to_python(self, value: Any) -> blocks.StreamValue:
        text = super().to_python(value)
        if text is value or not text.is_lazy:
            return text  # its blocks may have been changed since they were read
        return SheetText(self, list(text.raw_data), is_lazy=True)

    def clean(self, value: blocks.StreamValue) -> blocks.StreamValue:
        return super().clean(in_official_order(value))

    class Meta:
        required = False
        block_counts = {section.key: {"max_num": 1} for section in SECTIONS}


def in_official_order(value: blocks.StreamValue) -> blocks.StreamValue:
    """The same text with every section present, in order: a moved section returns to its place."""
    written = {child.block_type: child for child in value}
    children = [written.get(section.key) or _empty_section(value.stream_block, section.key) for section in SECTIONS]
    return blocks.StreamValue(value.stream_block, children)


def _empty_section(stream_block: blocks.StreamBlock, key: str) -> blocks.StreamValue.StreamChild:
    block = stream_block.child_blocks[key]
    return blocks.StreamValue.StreamChild(block, block.get_default(), id=str(uuid4()))


def empty_text() -> list[dict[str, Any]]:
    """Default of the field: the fourteen sections, each with the blocks that publication requires, to be filled.

    Their identifiers are those of the open form, so that what is saved is found in it.
    """
    return [_raw(section.key, _required_blocks(section)) for section in SECTIONS]


def _required_blocks(section: Section) -> list[dict[str, Any]]:
    kinds: dict[str, blocks.Block] = {**COMMON, **section.own_blocks}
    names = [name for name, number in section.needs.items() for _ in range(number)]
    return [_raw(name, kinds[name].get_prep_value(kinds[name].get_default())) for name in names]


def _raw(name: str, value: Any) -> dict[str, Any]:
    return {"type": name, "value": value, "id": str(uuid4())}


def is_blank(value: Any) -> bool:
    """Whether nothing was written in the value of a block: a section comes with its blocks to be filled."""
    if isinstance(value, RichText):
        return caps.is_blank_text(value)
    if isinstance(value, blocks.StructValue):
        return all(is_blank(child) for child in value.values())
    if isinstance(value, blocks.list_block.ListValue):
        return all(is_blank(child) for child in value)
    return not (value.strip() if isinstance(value, str) else value)


@dataclass(frozen=True)
class WrittenSection:
    """A section with its written blocks, as shown on the public page."""

    number: int
    slug: str
    heading: str
    blocks: blocks.StreamValue


def written_sections(value: blocks.StreamValue) -> Iterator[WrittenSection]:
    """The non-empty sections, under their official number."""
    for section, child in zip(SECTIONS, in_official_order(value), strict=True):
        written = [block for block in child.value if not is_blank(block.value)]
        if written:
            content = blocks.StreamValue(child.block, written)
            yield WrittenSection(ORDER[section.key] + 1, section.key.replace("_", "-"), section.heading, content)
