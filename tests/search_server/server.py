"""A real search server for the tests: python server.py start|stop [elasticsearch|opensearch]

Maven brings it, Java runs it on 127.0.0.1, in a folder of the system's temporary directory. ``start`` writes the
address on its output, at once when the server already runs; it needs nothing but the standard library. Exit status 3:
this machine has no Maven or no Java.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import urlopen

HEAP = os.environ.get("SEARCH_SERVER_HEAP", "1g")
PORTS = range(9200, 9299)
LONGEST_START = 120  # seconds
UNPRIVILEGED = 65534  # « nobody »: Elasticsearch refuses to run as root
MISSING_TOOLS = 3
POM = Path(__file__).with_name("pom.xml")


class Launch(NamedTuple):
    """How a server is started. ``refuses_root``: root gives its place to « nobody »."""

    command: list[str]
    environment: dict[str, str]
    refuses_root: bool


def home_of(name: str) -> Path:
    return Path(tempfile.gettempdir()) / f"portail-{name}-{os.getuid()}"


def say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def answers(address: str) -> bool:
    try:
        with urlopen(f"{address}/_cluster/health?wait_for_status=yellow&timeout=1s", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def free_port() -> int:
    """The usual port, or the next free one; the runner of OpenSearch knows none from 9300 on."""
    for port in PORTS:
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise SystemExit("No free port.")


def maven(profile: str, *arguments: str) -> None:
    command = ["mvn", "--quiet", "--batch-mode", f"--file={POM}", f"--activate-profiles={profile}", *arguments]
    subprocess.run(command, check=True, stdout=sys.stderr)


def elasticsearch(home: Path, port: int) -> Launch:
    """The genuine core of Elasticsearch: no module but its transport, no security."""
    version = [f"-Delasticsearch.version={value}"] if (value := os.environ.get("ELASTICSEARCH_VERSION")) else []
    maven("elasticsearch", "dependency:unpack", f"-Dhome={home}", *version)
    (folder,) = home.glob("elasticsearch-*")
    options = {
        "discovery.type": "single-node",
        "xpack.security.enabled": "false",
        "cluster.routing.allocation.disk.threshold_enabled": "false",
        "http.host": "127.0.0.1",
        "http.port": str(port),
        "transport.host": "127.0.0.1",
    }
    java = Path(shutil.which("java") or "java").resolve().parents[1]
    environment = {
        "ES_JAVA_HOME": os.environ.get("ES_JAVA_HOME", str(java)),
        "ES_JAVA_OPTS": f"-Xms{HEAP} -Xmx{HEAP}",
    }
    arguments = [f"-E{name}={value}" for name, value in options.items()]
    return Launch([str(folder / "bin/elasticsearch"), *arguments], environment, refuses_root=True)


def opensearch(home: Path, port: int) -> Launch:
    """OpenSearch in one process; its first node listens on the port after its base."""
    classpath = home / "classpath"
    maven("opensearch", "dependency:build-classpath", f"-Dmdep.outputFile={classpath}")
    runner = ["org.codelibs.opensearch.runner.OpenSearchRunner", "-basePath", str(home / "node"), "-numOfNode", "1"]
    command = ["java", f"-Xmx{HEAP}", "-cp", classpath.read_text(), *runner, "-baseHttpPort", str(port - 1)]
    return Launch(command, {}, refuses_root=False)


SERVERS: dict[str, Callable[[Path, int], Launch]] = {"elasticsearch": elasticsearch, "opensearch": opensearch}


def start(name: str) -> str:
    """The address of the running server ``name``."""
    home = home_of(name)
    address_file = home / "address"
    if address_file.exists() and answers(address_file.read_text()):
        return address_file.read_text()
    if not (shutil.which("mvn") and shutil.which("java")):
        say("Maven et Java sont nécessaires au serveur de recherche des tests.")
        raise SystemExit(MISSING_TOOLS)
    stop(name)
    home.mkdir(parents=True)
    port = free_port()
    say(f"{name} : téléchargement par Maven, puis démarrage sur le port {port}.")
    process = launch(home, SERVERS[name](home, port))
    address = f"http://127.0.0.1:{port}"
    address_file.write_text(address)
    deadline = time.monotonic() + LONGEST_START
    while not answers(address):
        if process.poll() is not None or time.monotonic() > deadline:
            say((home / "log").read_text()[-5000:])
            stop(name)
            raise SystemExit(f"{name} ne démarre pas.")
        time.sleep(0.2)
    return address


def launch(home: Path, how: Launch) -> subprocess.Popen[bytes]:
    """Starts the server in a session of its own, which :func:`stop` ends."""
    other: dict[str, Any] = {}
    if how.refuses_root and os.getuid() == 0:
        other = {"user": UNPRIVILEGED, "group": UNPRIVILEGED, "extra_groups": []}
        for path in (home, *home.rglob("*")):
            os.chown(path, UNPRIVILEGED, UNPRIVILEGED)
    environment = {**os.environ, "HOME": str(home), **how.environment}
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            how.command,
            env=environment,
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            **other,
        )
    (home / "pid").write_text(str(process.pid))
    return process


def stop(name: str) -> None:
    """Ends the server that ``start`` made, and removes its folder."""
    home = home_of(name)
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        group = int((home / "pid").read_text())
        os.killpg(group, signal.SIGTERM)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            os.killpg(group, 0)
            time.sleep(0.1)
        os.killpg(group, signal.SIGKILL)
    shutil.rmtree(home, ignore_errors=True)


def main(action: str, name: str = "elasticsearch") -> None:
    if action == "start":
        sys.stdout.write(f"{start(name)}\n")
    else:
        stop(name)


if __name__ == "__main__":
    main(*sys.argv[1:])
