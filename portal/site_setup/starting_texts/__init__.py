"""Initial texts of the portal, written by ``setup_site`` and edited in the back office afterwards.

Each module holds one page: ``INTRODUCTION`` and ``BODY``, a list of (block name, value) as StreamField takes it.
Facts come from the project's domain file only; what the Centre alone knows is marked ``TO_COMPLETE``.
"""

TO_COMPLETE = "<em>[à compléter par le Centre]</em>"


def heading(text: str, level: str = "h2") -> tuple[str, dict[str, str]]:
    return "heading", {"text": text, "level": level}


def paragraph(*html: str) -> tuple[str, str]:
    """One rich-text block: a string that starts with a tag is kept, any other becomes a ``<p>``."""
    return "paragraph", "".join(part if part.startswith("<") else f"<p>{part}</p>" for part in html)


def bullets(*items: str) -> str:
    return "<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>"


def steps(*items: str) -> str:
    return "<ol>" + "".join(f"<li>{item}</li>" for item in items) + "</ol>"


def definitions(*entries: tuple[str, str]) -> tuple[str, list[dict[str, str]]]:
    return "definitions", [{"term": term, "definition": f"<p>{text}</p>"} for term, text in entries]


def questions(*entries: tuple[str, str]) -> tuple[str, list[dict[str, str]]]:
    return "questions", [{"question": question, "answer": f"<p>{answer}</p>"} for question, answer in entries]


def callout(title: str, text: str) -> tuple[str, dict[str, str]]:
    return "callout", {"title": title, "text": f"<p>{text}</p>"}
