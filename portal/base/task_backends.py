"""The task backend: which tasks wait for the worker, and which run at once."""

from typing import Any

from django_tasks.backends.immediate import ImmediateBackend
from django_tasks_db import DatabaseBackend


class WorkerBackend(DatabaseBackend):
    """Our own tasks wait in the database. Wagtail’s are done at once: they note who uses which file, which decides who
    may fetch it (portal.medialib.access), and delete files.
    """

    def __init__(self, alias: str, params: dict[str, Any]) -> None:
        super().__init__(alias, params)
        self.at_once = ImmediateBackend(alias, {})

    def enqueue(self, task: Any, args: Any, kwargs: Any) -> Any:
        if task.module_path.startswith("wagtail."):
            return self.at_once.enqueue(task, args, kwargs)
        return super().enqueue(task, args, kwargs)
