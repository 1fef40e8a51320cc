"""Tasks that run in the background when a worker is there, and at once otherwise (``TASKS_BACKEND``)."""

from django_tasks import task

from portal.moderation.notices.delivery import deliver


@task()
def send_emails(ids: list[int]) -> int:
    """Send the e-mails of these notices; those that fail wait for the command ``send_notices``."""
    return deliver(ids)
