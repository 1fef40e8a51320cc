"""What made a page form refused, each point with the tab and the place of its input."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms import BaseForm
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.blocks.stream_block import StreamBlockValidationError

from portal.moderation.models import ModeratedPage
from portal.moderation.models.pages import MissingPoint, editor_tabs
from portal.moderation.stream_errors import LocatedMessage, stream_messages


class Refusal(NamedTuple):
    """``points``: in the order of the editor; ``is_draft``: whether a draft may hold what was typed."""

    points: list[MissingPoint]
    is_draft: bool


def refusal(form: WagtailAdminPageForm) -> Refusal | None:
    """None for a form that was not sent, or not refused.

    A text that a draft may hold was refused by the rules of publication: all of them are said at once, not those of
    the first check alone.
    """
    if not form.is_bound or not (form.errors or any(not formset.is_valid() for formset in form.formsets.values())):
        return None
    page = _as_draft(form)
    rules = page.missing_points() if isinstance(page, ModeratedPage) else []
    said = {_name(point) for point in rules}
    own = [point for point in _form_points(form) if _name(point) not in said and not _repeats(point, rules)]
    order = {name: rank for rank, name in enumerate(editor_tabs(form._meta.model))}
    points = sorted([*own, *rules], key=lambda point: order.get(_name(point), -1))
    return Refusal(points, page is not None)


def _name(point: MissingPoint) -> str:
    return point.path.partition(".")[0]


def _repeats(point: MissingPoint, rules: list[MissingPoint]) -> bool:
    """An error of the whole form that says the rule of one of its lists again."""
    return not point.path and any(point.message.endswith(rule.message) for rule in rules)


def _as_draft(form: WagtailAdminPageForm) -> Any:
    """The page with what was typed, in memory; None where even a draft would be refused."""
    for file in form.files.values():
        file.seek(0)
    draft = type(form)(
        form.data,
        form.files,
        instance=form.instance,
        parent_page=form.parent_page,
        for_user=form.for_user,
    )
    draft.defer_required_fields()
    return draft.save(commit=False) if draft.is_valid() else None


def _form_points(form: WagtailAdminPageForm) -> Iterator[MissingPoint]:
    tabs = editor_tabs(form._meta.model)
    for name, errors in form.errors.as_data().items():
        if name == NON_FIELD_ERRORS:
            yield from (MissingPoint("", "", text, "") for error in errors for text in error.messages)
            continue
        tab, heading = tabs.get(name, ("", ""))
        for text in _texts(form, name, errors):
            path = ".".join((name, *(text.path if isinstance(text, LocatedMessage) else ())))
            yield MissingPoint(tab, heading or str(form[name].label), text, path)
    for name, formset in form.formsets.items():
        tab, heading = tabs.get(name, ("", ""))
        yield from (MissingPoint(tab, heading or name, text, name) for text in formset.non_form_errors())
        for row in formset.forms:
            yield from (
                MissingPoint(tab, heading or name, f"{row[key].label} : {text}", f"{name}.{row.prefix}.{key}")
                for key, texts in row.errors.items()
                if key in row.fields
                for text in texts
            )


def _texts(form: BaseForm, name: str, errors: list[ValidationError]) -> Iterator[str]:
    for error in errors:
        if isinstance(error, StreamBlockValidationError):
            yield from stream_messages(form[name].value(), error)
        else:
            yield from error.messages
