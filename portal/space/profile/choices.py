"""Two answers that are one row of a large table: an organisation found by a search, a file of the media library."""

from typing import Any

from django import forms

from network.models import Organisation
from network.territories.names import normalise_place
from portal.space.profile.lists import Found

MOST_FOUND = 10


class ChosenWidget(forms.Widget):
    """The key in a hidden control, what it names beside it, and the buttons that change it."""

    use_fieldset = True

    def __init__(self, queryset: Any, template_name: str) -> None:
        super().__init__()
        self.queryset, self.template_name = queryset, template_name
        #: Set by the view.
        self.found: Found | None = None
        self.removed = ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        key = str(value or "")
        chosen = self.queryset.filter(pk=key).first() if key.isascii() and key.isdigit() and len(key) < 10 else None
        context["widget"] |= {"chosen": chosen, "key": key, "found": self.found, "removed": self.removed}
        return context


def organisations_named(text: str) -> Found:
    """The organisations whose name or acronym holds every word of ``text``, written in any way."""
    words = normalise_place(text).split()
    if not words:
        return Found(text, said="Écrivez une partie du nom ou du sigle.")
    rows = Organisation.objects.values_list("pk", "name", "acronym")
    named = [
        (str(pk), f"{name} ({acronym})" if acronym else name)
        for pk, name, acronym in rows
        if all(word in normalise_place(f"{name} {acronym}") for word in words)
    ]
    if not named:
        said = f"Aucune structure ne porte le nom « {text} ». Écrivez au Centre pour l’ajouter."
        return Found(text, said=said)
    more = len(named) - MOST_FOUND
    return Found(text, named[:MOST_FOUND], f"{more} autres : précisez le nom." if more > 0 else "")
