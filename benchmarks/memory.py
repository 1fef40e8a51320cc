"""The memory of processes, as Linux counts it."""

import os
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")
PEAK = "VmHWM:"
LISTENS = "0A"
FORGET_PEAK = "5"  # written to clear_refs, see proc(5)


def peak(pids: list[int]) -> float:
    """The largest resident memory that one of ``pids`` ever had, in MB; 0.0 when unknown."""
    return max((of_process(pid) for pid in pids), default=0.0)


def of_process(pid: int) -> float:
    with suppress(OSError):
        for line in (PROC / str(pid) / "status").read_text().splitlines():
            if line.startswith(PEAK):
                return int(line.split()[1]) * 1024 / 1e6
    return 0.0


def forget(pids: list[int]) -> None:
    """Starts the peak again from what is resident now, where the system allows it."""
    for pid in pids:
        with suppress(OSError):
            (PROC / str(pid) / "clear_refs").write_text(FORGET_PEAK)


def listening(port: int) -> list[int]:
    """The processes that listen on ``port`` of this machine, among those that may be looked at."""
    sockets = {f"socket:[{number}]" for table in ("tcp", "tcp6") for number in inodes(PROC / "net" / table, port)}
    return [int(folder.name) for folder in PROC.glob("[0-9]*") if sockets & open_files(folder)]


def inodes(table: Path, port: int) -> list[str]:
    rows = [line.split() for line in table.read_text().splitlines()[1:]] if table.exists() else []
    return [row[9] for row in rows if row[3] == LISTENS and int(row[1].rpartition(":")[2], 16) == port]


def open_files(folder: Path) -> set[str]:
    found = set()
    with suppress(OSError):
        for link in (folder / "fd").iterdir():
            with suppress(OSError):
                found.add(os.readlink(link))
    return found


def children(pid: int) -> list[int]:
    """``pid`` and the processes it started."""
    found = [pid]
    with suppress(OSError):
        for number in (PROC / str(pid) / "task" / str(pid) / "children").read_text().split():
            found += children(int(number))
    return found
