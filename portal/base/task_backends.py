"""What may wait for the worker, and what may not."""

from typing import Any

from django_tasks.backends.immediate import ImmediateBackend
from django_tasks.base import Task, TaskResult
from django_tasks_db import DatabaseBackend


class WorkerBackend(DatabaseBackend):
    """Our own tasks wait in the database. Wagtail’s are done at once: they note who uses which file, which decides who
    may fetch it (portal.medialib.access), and delete files.
    """

    def __init__(self, alias: str, params: dict[str, Any]) -> None:
        super().__init__(alias, params)
        self.at_once = ImmediateBackend(alias, {})

    def enqueue(self, task: Task, args: Any, kwargs: Any) -> TaskResult:
        backend = self.at_once if task.module_path.startswith("wagtail.") else super()
        return backend.enqueue(task, args, kwargs)
