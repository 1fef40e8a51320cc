"""Columns that fill one field of a model: parsed by the kind of the field, then checked by the field itself."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.text import capfirst

from portal.base.emails import read_email
from portal.base.tables import cells
from portal.base.tables.importer import Cell, Column

Convert = Callable[[Cell], Any]

EMAILS = re.compile(r"[^\s<>;,|()]+@[^\s<>;,|()]+")


def text_of(cell: Cell) -> str:
    return cells.plain_text(cell.raw, cell.say)


def number_of(cell: Cell) -> int:
    return cells.whole_number(cell.text, cell.say)


def year_of(cell: Cell) -> int:
    return cells.year(cell.text, cell.say)


def address_of(cell: Cell) -> str:
    return cells.web_address(cell.text, cell.say)


def email_of(cell: Cell) -> str:
    """The first address of the cell, the others said."""
    first, *others = EMAILS.findall(cell.text) or [cell.text]
    email = read_email(first if others else cell.text)
    if others:
        cell.say(f"seule l’adresse « {email.address} » est gardée, pas « {' », « '.join(others)} »")
    elif email.dropped:
        cell.say(email.dropped)
    return email.address


def yes_no_of(cell: Cell) -> bool:
    return cells.yes_no(cell.text, cell.say)


def yes_or_no(value: bool) -> str:
    return "oui" if value else "non"


def yes_or_no_values(_: object) -> list[str]:
    return ["oui", "non"]


@dataclass(frozen=True)
class FieldColumns:
    """The columns of one model. Each method takes the heading, the name of the field, and what it is for."""

    model: type[models.Model]

    def field(self, name: str) -> Any:
        return self.model._meta.get_field(name)

    def column(self, heading: str, name: str, help_text: str, convert: Convert, **options: Any) -> Column:
        field = self.field(name)
        can_be_empty = field.null or (field.blank and not isinstance(field, models.BooleanField))
        label = capfirst(str(field.verbose_name))
        empty = None if field.null else ""
        options = {"field": name, "label": label, "empty": empty, "may_be_empty": can_be_empty} | options

        def parse(cell: Cell) -> Any:
            value = field.clean(convert(cell), None)
            if isinstance(field, models.TextField) and field.max_length:  # which a model does not check
                MaxLengthValidator(field.max_length)(value)
            return value

        return Column(
            heading,
            help_text,
            parse=parse,
            read=lambda record: getattr(record, name),
            write=lambda record, value: setattr(record, name, value),
            **options,
        )

    def text(self, heading: str, name: str, help_text: str, **options: Any) -> Column:
        return self.column(heading, name, help_text, text_of, **options)

    def number(self, heading: str, name: str, help_text: str, **options: Any) -> Column:
        return self.column(heading, name, help_text, number_of, **options)

    def year(self, heading: str, name: str, help_text: str, **options: Any) -> Column:
        return self.column(heading, name, help_text, year_of, **options)

    def address(self, heading: str, name: str, help_text: str, **options: Any) -> Column:
        return self.column(heading, name, help_text, address_of, **options)

    def email(self, heading: str, name: str, help_text: str, **options: Any) -> Column:
        return self.column(heading, name, help_text, email_of, **options)

    def yes_no(self, heading: str, name: str, help_text: str, **options: Any) -> Column:
        return self.column(heading, name, help_text, yes_no_of, text=yes_or_no, allowed=yes_or_no_values, **options)

    def day(self, heading: str, name: str, help_text: str, convert: Convert, **options: Any) -> Column:
        """``convert`` tells whether the day may be to come."""
        return self.column(heading, name, help_text, convert, text=str, shown=str, **options)

    def choice(self, heading: str, name: str, help_text: str, **options: Any) -> Column:
        labels = {str(value): str(label) for value, label in self.field(name).choices}

        def label(value: str) -> str:
            return labels.get(value, value)

        def convert(cell: Cell) -> str:
            return cells.choice(cell.text, labels.items(), cell.say)

        options = {"allowed": lambda _: list(labels.values())} | options
        return self.column(heading, name, help_text, convert, text=label, shown=label, **options)
