"""What moderation announces."""

from django.dispatch import Signal

#: A scheduled publication was called off: the page no longer meets the rules. Gives ``page`` and ``revision``.
schedule_called_off = Signal()
