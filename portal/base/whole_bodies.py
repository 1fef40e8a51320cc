"""WSGI middleware. Imports nothing from Django: ``wsgi.py`` imports this module before settings are loaded."""

from collections.abc import Callable, Iterable
from typing import Any, BinaryIO


class WholeBody:
    """WSGI: a truncated request body (lost connection) raises an error instead of being read as complete.

    Without it half a file, or half a text, would be saved as a whole one.
    """

    def __init__(self, application: Callable) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length):
            environ["wsgi.input"] = ExactStream(environ["wsgi.input"], int(length))
        return self.application(environ, start_response)


class ExactStream:
    """The ``length`` bytes of a body. ``OSError``, which Django handles, if the connection ends before."""

    def __init__(self, stream: BinaryIO, length: int) -> None:
        self.stream, self.left = stream, length

    def read(self, size: int = -1) -> bytes:
        due = size if 0 <= size < self.left else self.left
        return self._counted(self.stream.read(due), due)

    def readline(self, size: int = -1) -> bytes:
        return self._counted(self.stream.readline(size if 0 <= size < self.left else self.left), min(self.left, 1))

    def _counted(self, content: bytes, due: int) -> bytes:
        if len(content) < due:
            raise OSError("The connection ended before the body did.")
        self.left -= len(content)
        return content
