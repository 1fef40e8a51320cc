"""A small HTTP server on this machine, for what reads or tells other sites. Nothing leaves the machine."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = tuple[int, dict[str, str], bytes]


@dataclass
class LocalServer:
    """``answers``: by path; ``seen``: (method, path, Host, body) of each request."""

    answers: dict[str, Answer] = field(default_factory=dict)
    seen: list[tuple[str, str, str, bytes]] = field(default_factory=list)
    port: int = 0


@contextmanager
def local_server(**answers: Answer) -> Iterator[LocalServer]:
    server = LocalServer({f"/{name}": answer for name, answer in answers.items()})

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            server.seen.append((self.command, self.path, self.headers["Host"], body))
            status, headers, content = server.answers.get(self.path, (404, {}, b""))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = answer

        def log_message(self, *args: object) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.port = listening.server_address[1]
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()
