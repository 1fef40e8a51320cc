"""E-mail addresses as people paste them: one writing for each address, in forms, models, look-ups and tables.

What no reader sees (spaces at the ends, invisible characters, case, typographic apostrophes and hyphens) is mended
without a word. Anything else around an address is a remark: a form proposes the address, a table takes it and says so.
"""

import logging
import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, validate_email
from django.db import models

from portal.base.characters import normalize, without_invisible

logger = logging.getLogger(__name__)

#: What word processors and phones write in place of the characters of an address.
_TYPOGRAPHIC = str.maketrans("‘’ʼ′‐‑‒–—−", "''''------")
_AROUND = re.compile(r"[\s<>()\[\]\"«»“”|]+|\bmailto:")
_AT_IN_WORDS = re.compile(r"\s*[(\[]\s*(?:at|arobase|à|@)\s*[)\]]\s*")
#: An example never belongs to anybody (RFC 2606).
EXAMPLE = "par exemple clsm@ville.example"


def canonical_email(text: str) -> str:
    """The one writing of an address: lower case, nothing invisible, the domain in letters. Never refuses."""
    text = normalize("NFKC", without_invisible(text)).translate(_TYPOGRAPHIC).strip().lower()
    local, at, domain = text.rpartition("@")
    if "xn--" in domain:  # browsers send the domain of an e-mail field in ASCII (RFC 3492)
        try:
            domain = domain.encode("ascii").decode("idna")
        except UnicodeError:
            return text
    return f"{local}{at}{domain}"


@dataclass(frozen=True)
class ReadEmail:
    """``dropped`` says in French what stood around the address; empty when nothing did."""

    address: str
    dropped: str = ""


def read_email(text: str) -> ReadEmail:
    """The address that ``text`` holds, alone or in « mailto:… » or « Nom <…> ». ``ValidationError`` says what to do."""
    address = canonical_email(text)
    if _is_email(address):
        return ReadEmail(address)
    words = [word.strip(".,;:'").partition("?")[0] for word in _AROUND.split(address)]
    candidates = list(dict.fromkeys(word for word in words if "@" in word))
    if len(candidates) == 1 and _is_email(candidates[0]):
        return ReadEmail(candidates[0], f"seule l’adresse « {candidates[0]} » est gardée")
    raise ValidationError(_remedy(address, candidates), code="invalid")


def check_email(text: str) -> None:
    """Validator of fields, where an address stands alone."""
    read = read_email(text)
    if read.dropped:
        raise ValidationError(f"Écrivez l’adresse seule : « {read.address} ».", code="invalid")


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _remedy(text: str, candidates: list[str]) -> str:
    if len(candidates) > 1 or text.count("@") > 1:
        return "Écrivez une seule adresse."
    meant = re.sub(r"\s*([@.])\s*", r"\1", _AT_IN_WORDS.sub("@", text).replace(",", "."))
    words = [word.strip(".;:'") for word in _AROUND.split(meant) if "@" in word]
    if words and _is_email(words[0]):
        return f"Corrigez l’adresse : vouliez-vous dire « {words[0]} » ?"
    local, at, _ = text.rpartition("@")
    if not at:
        return f"Il manque « @ » : écrivez une adresse complète, {EXAMPLE}."
    if re.search(r"\s", text):
        return f"Une adresse ne contient pas d’espace : corrigez-la, {EXAMPLE}."
    if not EmailValidator.user_regex.match(local):
        return f"Avant « @ », une adresse n’a ni accent ni ponctuation à la suite : corrigez-la, {EXAMPLE}."
    return f"Après « @ », écrivez le nom complet du site, avec son point : {EXAMPLE}."


class EmailFormField(forms.EmailField):
    """The e-mail field of every form."""

    default_validators = [check_email]

    def to_python(self, value: Any) -> str:
        return canonical_email(super().to_python(value) or "")


class EmailField(models.EmailField):
    """The e-mail field of every model: rows and look-ups hold one writing of each address, whatever writes them.

    The database column is Django’s: migrations name Django’s field.
    """

    default_validators = [check_email]

    def deconstruct(self) -> Any:
        name, _, args, options = super().deconstruct()
        return name, "django.db.models.EmailField", args, options

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return canonical_email(value) if value else value

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return canonical_email(value) if isinstance(value, str) else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = self.to_python(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value

    def formfield(self, **options: Any) -> Any:
        return super().formfield(**{"form_class": EmailFormField, **options})


def clean_stored_emails(apps: Any, app_label: str) -> None:
    """For a migration: one writing of each address stored before this field. A row whose writing is taken is logged."""
    for model in apps.get_app_config(app_label).get_models():
        for field in model._meta.local_concrete_fields:
            if isinstance(field, models.EmailField):
                _clean_stored(model, field)


def _clean_stored(model: Any, field: models.EmailField) -> None:
    for pk, stored in model._base_manager.exclude(**{field.attname: ""}).values_list("pk", field.attname):
        address = canonical_email(stored or "")
        if address == (stored or ""):
            continue
        if field.unique and model._base_manager.filter(**{field.attname: address}).exists():
            logger.warning("%s %s: its e-mail address is that of another row, in another writing", model.__name__, pk)
            continue
        model._base_manager.filter(pk=pk).update(**{field.attname: address})
