"""A throw-away PostgreSQL server: a temporary folder, a Unix socket, nothing kept."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

SERVER = ("pg_ctl", "initdb", "psql", "createdb", "dropdb", "pg_dump")
OWNER = "postgres"
NOTHING_KEPT = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c deadlock_timeout=200ms"


def binaries() -> Path | None:
    """The folder of the newest server installed here."""
    folders = [Path(found).parent for found in [shutil.which("pg_ctl")] if found]
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -int(path.parent.name))
    return next((folder for folder in folders if all((folder / name).exists() for name in SERVER)), None)


class Server:
    """``folder`` belongs to whom the server runs as: it refuses to be root."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        found = binaries()
        assert found is not None, "No PostgreSQL server on this machine."
        self.binaries = found
        self.prefix = ["runuser", "-u", OWNER, "--"] if os.getuid() == 0 else []

    def config(self, database: str) -> dict[str, str]:
        return {"ENGINE": "django.db.backends.postgresql", "NAME": database, "USER": OWNER, "HOST": str(self.folder)}

    def url(self, database: str) -> str:
        """The value of ``DATABASE_URL``."""
        return f"postgres://{OWNER}@/{self.folder}/{database}"

    def start(self) -> None:
        self.folder.mkdir(exist_ok=True)
        if self.prefix:
            shutil.chown(self.folder, OWNER)
        data = str(self.folder / "data")
        self.run(
            "initdb", "--no-sync", "--auth=trust", f"--username={OWNER}", "--encoding=UTF8", "-D", data, as_owner=True
        )
        options = f"-c listen_addresses='' -c unix_socket_directories={self.folder} {NOTHING_KEPT}"
        log = str(self.folder / "log")
        self.run("pg_ctl", "-D", data, "-w", "-o", options, "-l", log, "start", as_owner=True)

    def stop(self) -> None:
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop", as_owner=True)

    def run(self, name: str, *arguments: str, as_owner: bool = False) -> None:
        prefix = self.prefix if as_owner else []
        command = [*prefix, str(self.binaries / name), *arguments]
        done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{name}: {done.stderr}"

    def client(self, name: str, *arguments: str) -> None:
        self.run(name, "--host", str(self.folder), "--username", OWNER, *arguments)

    def copy(self, source: str, target: str) -> None:
        self.client("dropdb", "--if-exists", target)
        self.client("createdb", "--template", source, target)

    def migrate(self, database: str, kept: Path) -> None:
        """Every table in ``database``; migrating takes more than a minute, so ``kept`` holds the result."""
        self.client("createdb", database)
        if kept.exists():
            self.client("psql", "--quiet", "--output=/dev/null", f"--file={kept}", database)
            return
        command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        environment = os.environ | {
            "DATABASE_URL": self.url(database),
            "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE,
        }
        subprocess.run(command, cwd=settings.BASE_DIR, env=environment, check=True)
        written = kept.with_suffix(f".{os.getpid()}")
        self.client("pg_dump", f"--file={written}", database)
        written.replace(kept)


@contextmanager
def server(folder: Path) -> Iterator[Server]:
    own = Server(folder)
    own.start()
    try:
        yield own
    finally:
        own.stop()
        shutil.rmtree(folder)
