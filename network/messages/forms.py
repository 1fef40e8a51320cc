"""The forms of messages: the visitor's, the coordinator's to the Centre, and those of who answers."""

import re
from collections.abc import Callable
from typing import Any

from django import forms

from network.messages.contexts import MessageContext
from network.messages.models import MessageSubject
from network.messages.models.message import LONGEST_NAME, LONGEST_TEXT
from network.messages.services import Written
from portal.base.characters import without_invisible
from portal.base.emails import EmailFormField
from portal.base.honeypot import HoneypotForm
from portal.base.sort_keys import sort_key
from portal.base.validators import check_one_line
from portal.users.models import User

MOST_LINKS = 2
#: With or without « http », as e-mail programs turn both into links; « S.A.R.L. » is none.
LINK = re.compile(r"(?:https?:|www\.|\bhref\b)[^\s,;]*|[\w-]{2,}\.[a-z]{2,}/[^\s,;]*", re.IGNORECASE)
ADDRESS = re.compile(r"@|[\w-]{2,}\.[a-z]{2,}", re.IGNORECASE)
#: In the name of a visitor, without accents; other bodies are « Centre national de la… ».
CENTRE = re.compile(r"\bcentre ?national\b(?! (?:d|de|des|du|pour)\b(?!.*\bclsm\b))|\bportail\b.*\bclsm\b")
NO_HEALTH = "N’indiquez aucune donnée de santé, sur vous ou sur quelqu’un d’autre."


def check_no_link(text: str) -> None:
    if LINK.search(text) or ADDRESS.search(text):
        raise forms.ValidationError("Écrivez un nom, sans adresse de site ni adresse e-mail.")


def check_not_the_centre(text: str) -> None:
    """Visitors sign with their name: nobody receives a message that seems to come from the portal."""
    if CENTRE.search(sort_key(without_invisible(text))):
        raise forms.ValidationError("Écrivez votre nom : ce formulaire n’écrit pas au nom du Centre ni du portail.")


def check_few_links(text: str) -> None:
    if len(LINK.findall(text)) > MOST_LINKS:
        raise forms.ValidationError(f"{MOST_LINKS} liens au plus : retirez les autres, puis envoyez de nouveau.")


def name_field(label: str, token: str, **kw: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": token})
    checks: list[Callable[[Any], Any]] = [check_one_line, check_no_link, check_not_the_centre]
    return forms.CharField(label=label, max_length=LONGEST_NAME, widget=widget, validators=checks, **kw)


def text_field(label: str, help_text: str, *, rows: int = 8, least: int = 10) -> forms.CharField:
    return forms.CharField(
        label=label,
        min_length=least,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": rows}),
        help_text=help_text,
        error_messages={"required": "Écrivez votre message.", "min_length": "Dites-en un peu plus."},
    )


class WrittenForm(HoneypotForm):
    """What every message has: the text, and the words of the person who writes."""

    def written(self, context: MessageContext | None) -> Written:
        data = {name: value for name, value in self.cleaned_data.items() if name != "zq7"}
        return Written(context=context, **data)


class MessageForm(WrittenForm):
    """To a CLSM, without an account."""

    text = text_field("Votre message", NO_HEALTH)
    name = name_field("Votre nom", "name")
    email = EmailFormField(
        label="Votre adresse e-mail",
        max_length=254,
        help_text="La réponse y est envoyée. Elle n’est pas publiée.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    organisation = name_field("Votre organisme", "organization", required=False)
    wants_copy = forms.BooleanField(
        label="Recevoir une copie",
        required=False,
        help_text="Vous recevrez un courriel avec un lien ; la copie part quand vous l’ouvrez.",
    )

    def clean_text(self) -> str:
        check_few_links(self.cleaned_data["text"])
        return self.cleaned_data["text"]


class ContactForm(MessageForm):
    """To the Centre, without an account."""

    subject = forms.ChoiceField(
        label="Sujet",
        choices=[("", "Choisissez un sujet"), *MessageSubject.choices],
        error_messages={"required": "Choisissez un sujet : le message va à la bonne personne."},
    )
    field_order = ["zq7", "subject"]


class CentreForm(WrittenForm):
    """To the Centre, from the space of a CLSM: who writes is known."""

    subject = forms.ChoiceField(
        label="Sujet",
        choices=[("", "Choisissez un sujet"), *MessageSubject.choices],
        error_messages={"required": "Choisissez un sujet : le message va à la bonne personne."},
    )
    text = text_field("Votre message", NO_HEALTH)

    def written_by(self, user: User, organisation: str, context: MessageContext | None) -> Written:
        data = self.cleaned_data
        name = (user.get_full_name() or user.email)[:LONGEST_NAME]
        return Written(name, user.email, data["text"], organisation[:LONGEST_NAME], data["subject"], context)


class SeenForm(forms.Form):
    """``seen``: how many answers the page showed, so that two people do not answer at the same moment."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10_000)

    def renew_seen(self, answers: int) -> None:
        """After a refusal, whose page shows ``answers``: the same text sent again is not refused for them."""
        self.data = dict(self.data.items()) | {"seen": str(answers)}


class ReplyForm(SeenForm):
    text = text_field("Votre réponse", f"Elle part par courriel, sans montrer votre adresse. {NO_HEALTH}", least=2)


class CloseForm(SeenForm):
    reason = forms.CharField(
        label="Pourquoi le classer sans réponse",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Par exemple : publicité, doublon. La personne n’en est pas prévenue.",
        error_messages={"required": "Dites pourquoi vous classez ce message."},
    )


class AssignForm(forms.Form):
    person = forms.ModelChoiceField(User.objects.none(), label="Confier à", empty_label="Choisissez une personne")

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]
