"""Logging: one JSON object a line on standard error, without personal data.

An exception is logged as its type and its stack frames. Its message, which may quote an e-mail address or a submitted
text, is kept only when it can describe nothing but code. A request is logged by its route, never by its URL, which
may hold a signed token or the words of a search.
"""

import json
import logging
import re
import secrets
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from hashlib import sha256
from http.client import responses
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.mail import mail_admins
from django.db import OperationalError, ProgrammingError
from django.db.models import Model
from django.http import HttpRequest, HttpResponseBase
from django.template import TemplateDoesNotExist, TemplateSyntaxError

HEADER = "X-Request-ID"
#: Their messages name code, tables or files of the portal; a message of any other may quote typed text.
ABOUT_CODE = (
    AttributeError, TypeError, NameError, ImportError, RecursionError, NotImplementedError, MemoryError,
    TemplateDoesNotExist, TemplateSyntaxError, OperationalError, ProgrammingError,
)  # fmt: skip
PERSONAL = re.compile(
    r"[^\s<>\"'(]+@[^\s<>\"')]+"  # an e-mail address
    r"|(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])|(?<![\w:])[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){3,7}(?![\w:])"  # IP
    r"|(?<=\?)\S+=\S*"  # the query string of a URL
    r"|\+?\d(?:[ .-]?\d){8,}"  # a telephone number
)
MASK = "…"
MAX_LINES = 40  # of code, for one exception
MAILED_AGAIN = 3600  # seconds before the same error is mailed again

_request_id: ContextVar[str] = ContextVar("request_id", default="")


class RequestIdMiddleware:
    """First middleware: gives the request an identifier, for its log lines, its error page and a response header."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        token = _request_id.set(secrets.token_hex(8))
        try:
            response = self.get_response(request)
            response[HEADER] = current_request_id()
            return response
        finally:
            _request_id.reset(token)


def current_request_id() -> str:
    """Empty outside a request."""
    return _request_id.get()


def masked(text: str) -> str:
    """``text`` without e-mail or IP addresses, telephone numbers and query strings."""
    return PERSONAL.sub(MASK, text)


def describe(error: BaseException) -> str:
    """The type of ``error``, and its message if it can only describe code: safe to store in a column."""
    name = type(error).__name__
    message = str(error).partition("\n")[0] if isinstance(error, ABOUT_CODE) else ""
    return masked(f"{name}: {message}") if message else name


def trace(error: BaseException) -> list[str]:
    """The stack frames of ``error``, latest call last, after those of its cause."""
    lines = []
    for cause in reversed(_chain(error)):
        frames = traceback.extract_tb(cause.__traceback__)[-MAX_LINES:]
        lines += [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
        lines.append(describe(cause))
    return lines


class JsonFormatter(logging.Formatter):
    """One record, one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(told(record), ensure_ascii=False)


class AdministratorsHandler(logging.Handler):
    """The same line by e-mail to ``ADMINS``, unless the request was refused. A repeated error is mailed once an
    hour.
    """

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.mailed: dict[str, float] = {}  # times by kind, in memory: the cache may be what fails

    def emit(self, record: logging.LogRecord) -> None:
        if not settings.ADMINS or getattr(record, "status_code", 500) < 500:
            return
        try:
            facts = told(record)
            subject = facts["trace"][-1] if "trace" in facts else facts["message"]
            if self._is_new(json.dumps([facts["message"], facts.get("trace")])):
                body = json.dumps(facts, ensure_ascii=False, indent=2)
                mail_admins(" ".join(subject.split())[:150], body, fail_silently=True)
        except Exception:  # noqa: BLE001 - a log line never makes an error of its own
            self.handleError(record)

    def _is_new(self, kind: str) -> bool:
        now = time.monotonic()
        if now - self.mailed.get(kind, -MAILED_AGAIN) < MAILED_AGAIN:
            return False
        self.mailed[kind] = now
        with suppress(Exception):
            return bool(cache.add(f"logs.mailed.{sha256(kind.encode()).hexdigest()}", True, MAILED_AGAIN))
        return True


def told(record: logging.LogRecord) -> dict[str, Any]:
    """A log record as a JSON-serialisable dictionary."""
    facts: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "logger": record.name,
        "message": _message(record),
    }
    if request_id := current_request_id():
        facts["request_id"] = request_id
    request = getattr(record, "request", None)
    if isinstance(request, HttpRequest):
        facts |= {"method": request.method, "route": _route(request)}
    if record.exc_info and record.exc_info[1]:
        facts["trace"] = trace(record.exc_info[1])
    return facts


def mask_task_traceback(sender: type[Model], instance: Any, **kwargs: Any) -> None:
    """Receiver of ``pre_save``: the table of background tasks stores where one failed, not the message of the error."""
    if instance.traceback:
        frames = re.findall(r'^  File "([^"]+)", line (\d+), in (\S+)', instance.traceback, re.MULTILINE)
        lines = [f"{_short(name)}:{number} {function}" for name, number, function in frames]
        instance.traceback = "\n".join([*lines, instance.exception_class_path])


def _message(record: logging.LogRecord) -> str:
    status = getattr(record, "status_code", None)
    if status is not None:  # Django’s own messages quote the URL of the request
        return f"{status} {responses.get(status, '')}"
    quotes_address = record.name.startswith("gunicorn") and record.levelno >= logging.WARNING
    return masked(str(record.msg) if quotes_address else record.getMessage())


def _route(request: HttpRequest) -> str:
    return request.resolver_match.route if request.resolver_match else ""


def _chain(error: BaseException) -> list[BaseException]:
    seen: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in seen:
        seen.append(current)
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return seen


def _short(filename: str) -> str:
    """The path of a file, relative to the project or to the libraries."""
    for root in ("/site-packages/", f"{settings.BASE_DIR}/", "/lib/"):
        if root in filename:
            return filename.rpartition(root)[2]
    return filename
