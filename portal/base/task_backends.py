"""The task backend: which tasks wait for the worker, and which run at once."""

from typing import Any

from django_tasks.backends.immediate import ImmediateBackend
from django_tasks_db import DatabaseBackend


class WorkerBackend(DatabaseBackend):
    """The portal's own tasks are queued in the database. Wagtail’s run at once: they update the reference index, which
    decides who may fetch a file (portal.medialib.permissions), and delete files.
    """

    def __init__(self, alias: str, params: dict[str, Any]) -> None:
        super().__init__(alias, params)
        self.at_once = ImmediateBackend(alias, {})

    def enqueue(self, task: Any, args: Any, kwargs: Any) -> Any:
        if task.module_path.startswith("wagtail."):
            return self.at_once.enqueue(task, args, kwargs)
        return super().enqueue(task, args, kwargs)
