"""The short public card of an action: which actions have one, its URL, its content."""

from django.db.models import QuerySet

from caps_sheets.capitalisation.models import PUBLIC_STATES, CensusAnswer
from network.messages.contexts import MessageContext
from portal.base.querysets import is_visible

SHOWN_ON_PROFILE = 12

LISTS = ("themes", "audiences", "settings", "action_types", "objectives", "communes")


def public_answers() -> QuerySet[CensusAnswer]:
    """The public answers: allowed by the CLSM and by the Centre, of a CLSM whose page is public."""
    return CensusAnswer.objects.filter(is_visible("clsm"), state__in=PUBLIC_STATES, allows_publication=True)


def message_context(pk: int) -> MessageContext | None:
    """For a message written from the card."""
    answer = public_answers().filter(pk=pk).first()
    return MessageContext(answer.title, answer.url) if answer else None


def card_url(answer: CensusAnswer) -> str:
    """The URL of the card; empty while it is not public."""
    return answer.url if public_answers().filter(pk=answer.pk).exists() else ""
