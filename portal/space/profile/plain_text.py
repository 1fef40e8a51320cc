"""A rich text as somebody types it on a phone: paragraphs, and lines that begin with « - » for a list.

``is_plain`` tells the texts that this keeps; any other one stays in the full form.
"""

import re
from html import escape

from bs4 import BeautifulSoup, Tag

ITEM = "- "


def is_plain(html: str) -> bool:
    """Whether nothing of ``html`` is lost once it is typed and written again."""
    return _compact(html) == _compact(to_html(to_text(html)))


def to_text(html: str) -> str:
    soup = BeautifulSoup(html or "", "html.parser")
    return "\n\n".join(filter(None, (_block(node) for node in soup.contents)))


def to_html(text: str) -> str:
    blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    return "".join(_written(block.splitlines()) for block in blocks if block.strip())


def _block(node: object) -> str:
    if not isinstance(node, Tag):
        return str(node).strip()
    if node.name == "ul":
        return "\n".join(ITEM + item.get_text().strip() for item in node.find_all("li"))
    for line_end in node.find_all("br"):
        line_end.replace_with("\n")
    return node.get_text().strip()


def _written(lines: list[str]) -> str:
    lines = [line.strip() for line in lines]
    if all(line.startswith(ITEM) for line in lines):
        return f"<ul>{''.join(f'<li>{escape(line[len(ITEM) :])}</li>' for line in lines)}</ul>"
    return f"<p>{'<br/>'.join(escape(line) for line in lines)}</p>"


def _compact(html: str) -> str:
    """``html`` in one writing: no mark of the editor, no space between tags."""
    soup = BeautifulSoup(re.sub(r">\s+<", "><", html.strip()), "html.parser")
    for tag in soup.select("[data-block-key]"):
        del tag["data-block-key"]
    for empty in soup.find_all("p"):
        if not empty.contents:
            empty.decompose()
    return str(soup)
