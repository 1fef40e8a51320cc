"""What a service refused, for the public views: a form shows it, or a message says it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.contrib import messages
from django.http import HttpRequest

from portal.base.errors import RefusedError


@contextmanager
def refusals() -> Iterator[list[str]]:
    """Runs a service in its block; yields the sentences of its refusal, none if it was carried out."""
    sentences: list[str] = []
    try:
        yield sentences
    except RefusedError as refusal:
        sentences += refusal.messages


def say_outcome(request: HttpRequest, problems: Sequence[str], done: str) -> None:
    """One message: ``done``, or everything that was refused."""
    if problems:
        messages.error(request, " ".join(problems))
    else:
        messages.success(request, done)
