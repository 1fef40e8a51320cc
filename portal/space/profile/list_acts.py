"""The buttons inside a step: add, find, remove and give back a row. Each saves the step first, and works without a
script.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from network.territories.places import Kind
from network.territories.resolver import close_places, resolve, suggestions
from portal.base.questionnaires.forms import AnswerForm
from portal.base.questionnaires.views import Typed
from portal.space.profile.choices import ChosenWidget, organisations_named
from portal.space.profile.lists import PARTS, Found, Part, PartWidget, column_fields, known_rows, rows_by_key
from portal.space.profile.questionnaire import FILES

ADD, FIND, CHOOSE, REMOVE, GIVE_BACK = "ajouter", "chercher", "choisir", "retirer", "remettre"
#: In the session: the last row that was removed.
REMOVED = "profile_removed"
MOST_SHOWN = 10


@dataclass(frozen=True)
class Act:
    """``verb``: of the button; ``name``: of the field; ``value``: a row number, the key of a place, a text."""

    verb: str
    name: str
    value: str = ""


def read(posted: QueryDict, names: Collection[str]) -> Act | None:
    """The button that was pressed, or a text to look for that the Enter key sent; None for the other buttons."""
    verb, _, rest = posted.get("ligne", "").partition(":")
    name, _, value = rest.partition(":")
    if verb in (ADD, CHOOSE, REMOVE, GIVE_BACK) and name in names:
        return Act(verb, name, value)
    looked = name if verb == FIND else next((name for name in names if posted.get(f"texte_{name}", "").strip()), "")
    is_on = posted.get("vers", "ici") != "ici" or "fichier" in posted
    if looked in names and looked and not is_on:
        return Act(FIND, looked, posted.get(f"texte_{looked}", "").strip()[:200])
    return None


def carry_out(request: HttpRequest, act: Act, typed: Typed, clsm_id: int) -> str:
    """Change ``typed``; returns what the address of the step ends with, to come back to the same place."""
    part = PARTS.get(act.name)
    if act.verb == FIND:
        return _find(request, act, typed, part)
    if act.verb == ADD and part is not None and part.place is None:
        return f"?{urlencode({'nouvelle': act.name})}#nouvelle_{act.name}"
    if act.verb == ADD and part is not None:
        typed[act.name] = _with_place(request, part, list(typed.get(act.name, [])), act.value)
    elif act.verb == CHOOSE and act.name == "carrier":
        typed[act.name] = [act.value]
    elif act.verb == REMOVE:
        _remove(request, act, typed, clsm_id)
    elif act.verb == GIVE_BACK:
        _give_back(request, act, typed, clsm_id)
    return f"#id_{act.name}"


def _with_place(request: HttpRequest, part: Part, cells: list[str], key: str) -> list[str]:
    rows = part.rows(part.normalised(cells))
    text = next(iter(rows_by_key(part.model_field(part.columns[0]).related_model, [key]).values()), key)
    if any(row[0] == key for row in rows):
        messages.info(request, f"{text} est déjà dans la liste.")
        return cells
    messages.success(request, f"Ajouté : {text}.")
    return [*part.normalised(cells), key, *[""] * (part.width - 1)]


def _find(request: HttpRequest, act: Act, typed: Typed, part: Part | None) -> str:
    """A place that the text names without doubt is added at once; else the step shows what to choose from."""
    if part is not None and part.place is not None:
        resolution = resolve(act.value)
        if resolution.is_settled and resolution.place and resolution.place.kind is part.place:
            if resolution.notice:
                messages.info(request, resolution.notice)
            typed[act.name] = _with_place(request, part, list(typed.get(act.name, [])), resolution.place.code)
            return f"#id_{act.name}"
    return f"?{urlencode({'chercher': act.name, 'texte': act.value})}#trouve_{act.name}"


def _remove(request: HttpRequest, act: Act, typed: Typed, clsm_id: int) -> None:
    """The row, or the whole answer where it has none; the session keeps it until another one is removed."""
    cells, part, number, title = list(typed.get(act.name, [])), PARTS.get(act.name), 0, ""
    rows = part.rows(cells) if part else [cells]
    if part is not None:
        number = int(act.value) if act.value.isascii() and act.value.isdigit() and len(act.value) < 6 else len(rows)
    if number >= len(rows):
        return
    row = rows.pop(number)
    if part is not None:
        title = PartWidget(part, column_fields(part, row)).title(row, known_rows(part, row))
    typed[act.name] = [cell for kept in rows for cell in kept]
    removed = {"clsm": clsm_id, "name": act.name, "number": number, "cells": row, "title": title}
    request.session[REMOVED] = removed


def _give_back(request: HttpRequest, act: Act, typed: Typed, clsm_id: int) -> None:
    removed = _removed(request, clsm_id)
    if removed.get("name") != act.name:
        return
    del request.session[REMOVED]
    cells = list(typed.get(act.name, []))
    place = removed["number"] * (PARTS[act.name].width if act.name in PARTS else 1)
    typed[act.name] = [*cells[:place], *removed["cells"], *cells[place:]]


def _removed(request: HttpRequest, clsm_id: int) -> dict[str, Any]:
    removed = request.session.get(REMOVED) or {}
    return removed if removed.get("clsm") == clsm_id else {}


def dress(request: HttpRequest, form: AnswerForm, clsm_id: int) -> None:
    """Show in the fields of a step what its buttons asked for."""
    removed, asked = _removed(request, clsm_id), request.GET
    for name, field in form.fields.items():
        widget = field.widget
        if not isinstance(widget, PartWidget | ChosenWidget):
            continue
        if asked.get("chercher") == name:
            widget.found = found(name, asked.get("texte", "")[:200])
        if isinstance(widget, PartWidget):
            widget.has_new_row = asked.get("nouvelle") == name
        widget.removed = (removed.get("title") or "Le fichier") if removed.get("name") == name else ""


def found(name: str, text: str) -> Found:
    part = PARTS.get(name)
    if part is None or part.place is None:
        return organisations_named(text)
    if not text.strip():
        return Found(text, said="Écrivez un nom, ou un code.")
    resolution = resolve(text)
    places = tuple(place for place in resolution.places if place.kind is part.place)
    places = places or suggestions(text, {part.place}, MOST_SHOWN)
    said = resolution.question if len(places) > 1 else ""
    if not places:
        places = close_places(text, {part.place})
        said = f"« {text} » n’est le nom d’aucun lieu connu." + (" Peut-être :" if places else "")
    if not places and part.place is Kind.EPCI:
        said += " Écrivez le nom de l’intercommunalité, ou celui d’une de ses communes."
    return Found.of_places(text, places[:MOST_SHOWN], said)


def file_url(clsm_id: int, posted: QueryDict, names: Collection[str]) -> str:
    """Where the file of a field, or of one row of a part, is chosen; empty if there is none."""
    name, _, number = posted.get("fichier", "").partition(":")
    if name not in names or not (name in FILES or (name in PARTS and PARTS[name].document)):
        return ""
    address = reverse("profile_file", args=[clsm_id, name])
    if name in FILES:
        return address
    part = PARTS[name]
    rows = part.rows(posted.getlist(name))
    place = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else len(rows)
    if place >= len(rows) or not part.is_row(rows[place]):
        return ""
    before = sum(part.is_row([cell.strip() for cell in row]) for row in rows[:place])
    return f"{address}?{urlencode({'ligne': before})}"
