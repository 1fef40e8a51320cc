"""Template tags for every app."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Any, Protocol, cast

from django import template
from django.core.paginator import Page
from django.forms import BaseForm
from django.http import QueryDict
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail.blocks import StreamValue

from portal.base.articles import of
from portal.base.phones import Phone, shown_phones
from portal.base.plurals import agreed, counted

register = template.Library()
register.filter(counted)
register.filter(agreed)
register.filter(of)


@register.simple_tag
def icon(name: str) -> SafeString:
    """One icon of the sprite ``img/icons.svg``. Always decorative: the adjacent text carries the meaning."""
    return format_html(
        '<svg class="icon" width="20" height="20" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("img/icons.svg"),
        name,
    )


@register.simple_tag(takes_context=True)
def error_prefix(context: template.Context) -> str:
    """« Erreur : » before the title of a page that shows a refused form, or has ``problems``."""
    shown: dict[str, Any] = context.flatten()  # type: ignore[assignment]
    # type(): the class attribute of a lazy object would read it from the database.
    forms = [cast(BaseForm, value) for value in shown.values() if issubclass(type(value), BaseForm)]
    return "Erreur : " if shown.get("problems") or any(form.is_bound and form.errors for form in forms) else ""


@register.filter
def not_given_back(form: BaseForm) -> str:
    """The fields that a refused form cannot redisplay: browsers keep no chosen file, and a password is never written
    back.
    """
    kinds = {getattr(field.widget, "input_type", "") for field in form.fields.values()} if form else set()
    if "file" in kinds:
        return ", sauf un fichier choisi\xa0: choisissez-le de nouveau"
    return ", sauf le mot de passe" if "password" in kinds else ""


class FacetChoice(Protocol):
    """One checkbox of a facet; ``count`` is None where results are not counted."""

    value: str
    label: str
    count: int | None
    selected: bool


@register.simple_tag
def facet_choices(name: str, choices: Iterable[FacetChoice], form: str) -> SafeString:
    """The checkboxes of one group, sent by the form whose id is ``form`` as the parameter ``name``.

    Built and escaped in Python: a results page has two hundred, and a template took half of its rendering time.
    """
    box = f'<label class="facet__choice"><input form="{escape(form)}" type="checkbox" name="{escape(name)}" value="'
    return SafeString(
        "\n".join(
            f'{box}{escape(choice.value)}"{" checked" if choice.selected else ""}>'
            f"<span>{escape(choice.label)}</span>{facet_count(choice.count)}</label>"
            for choice in choices
        )
    )


def facet_count(count: int | None) -> str:
    if count is None:
        return ""
    plural = "s" if count > 1 else ""
    return f'<span class="facet__count">{count}<span class="visually-hidden"> résultat{plural}</span></span>'


@register.inclusion_tag("components/help_block.html")
def help_block(heading_level: int = 2, is_landmark: bool = True) -> dict[str, object]:
    """The 3114 block. It depends on no data, so that it shows whatever fails. One landmark per page is enough."""
    return {"heading_level": heading_level, "is_landmark": is_landmark}


@register.inclusion_tag("components/card.html")
def card(data: dict[str, object], level: int = 3, rank: int = 0) -> dict[str, object]:
    """A card from a mapping with the names that ``components/card.html`` reads; ``level`` is that of its heading.

    ``rank``: position among all the results of a search, from 1.
    """
    return {**data, "level": level, "rank": rank}


@register.filter
def clock(seconds: float | None) -> str:
    """``3725`` → ``1:02:05``, the position of a cue in an episode."""
    if seconds is None:
        return ""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


@register.filter
def phones(text: str) -> list[Phone]:
    """The telephone numbers of a field, each with its link; a number that cannot be read has none."""
    return shown_phones(text)


@register.filter
def minutes(seconds: float | None) -> str:
    """``310`` → ``5 min``: the duration shown before playing."""
    if not seconds:
        return ""
    return f"{max(1, round(seconds / 60))} min"


@register.filter
def attribute(value: object, name: str) -> object:
    """``value.name`` or an empty string, for fields that a draft or an older record may lack."""
    return getattr(value, name, "") or ""


@dataclass(frozen=True)
class Run:
    """Consecutive blocks of one type, rendered as one list."""

    kind: str
    blocks: list[StreamValue.StreamChild]


@register.filter
def runs(blocks: Iterable[StreamValue.StreamChild]) -> list[Run]:
    """``[step, step, verbatim]`` → one run of two steps, one run of one verbatim."""
    return [Run(kind, list(group)) for kind, group in groupby(blocks, key=lambda block: block.block_type)]


@register.filter
def depth_class(count: int) -> str:
    """Shade of a département on the map: none, one, two, three or more CLSMs."""
    return f"has-{min(count, 3)}"


@register.simple_tag(takes_context=True)
def page_url(context: template.Context, number: int) -> str:
    """The current URL with another page number; every other parameter is kept."""
    request = context.get("request")
    parameters = request.GET.copy() if request else QueryDict(mutable=True)
    parameters["page"] = str(number)
    return f"?{parameters.urlencode()}"


@register.filter
def page_window(page_obj: Page) -> list[int | str | None]:
    """Page numbers of a pagination, ``None`` for a gap: ``[1, None, 4, 5, 6, None, 20]``."""
    ellipsis = page_obj.paginator.ELLIPSIS
    window = page_obj.paginator.get_elided_page_range(page_obj.number, on_each_side=1, on_ends=1)
    return [None if number == ellipsis else number for number in window]
