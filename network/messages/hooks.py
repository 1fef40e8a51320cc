"""What messages register: the inbox of the Centre, its rights, notices, log entries, the section of « Mon CLSM »."""

from urllib.parse import urlencode

from django.contrib.auth.models import Permission
from django.db.models import F, QuerySet
from django.urls import reverse
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry

from network.messages import services
from network.messages.admin_views import MessageViewSet
from network.messages.models import Desk, Message, MessageState, MessageSubject
from network.messages.notifications import message_events
from network.messages.permissions import RIGHT
from network.messages.queries import SECTION, count_waiting, read_waiting, waiting_for_centre
from network.space_sections import Section
from portal.base.work_lists import WorkList, WorkRow, described
from portal.users.models import User

hooks.register("notice_events", message_events)


@hooks.register("register_admin_viewset")
def register_messages() -> MessageViewSet:
    return MessageViewSet()


@hooks.register("register_permissions")
def message_rights() -> QuerySet[Permission]:
    rights = ("view_message", "view_every_message")
    return Permission.objects.filter(content_type__app_label="network_messages", codename__in=rights)


@hooks.register("clsm_space_sections")
def messages_section() -> Section:
    template = "components/messages/space_section.html"
    return Section(SECTION, "Messages reçus", 30, template, read_waiting, count_waiting)


@hooks.register("register_log_actions")
def message_log_actions(actions: LogActionRegistry) -> None:
    for action, label in (
        (services.ANSWERED, "Réponse à un message"),
        (services.FORWARDED, "Message transmis au Centre"),
        (services.ASSIGNED, "Message confié à une personne"),
        (services.CLOSED, "Message classé sans réponse"),
        (services.REOPENED, "Message rouvert"),
    ):
        actions.register_action(action, label, label)


def messages_to_answer(user: User) -> QuerySet[Message] | None:
    if not user.has_perm(RIGHT):
        return None
    waiting = waiting_for_centre(user)
    return described(waiting, title=F("name"), detail=F("subject"), at="received_at", first=["received_at", "pk"])


def _message_url(row: WorkRow) -> str:
    return reverse("network_messages:detail", args=[row.pk])


def _inbox_url(user: User) -> str:
    waiting = {"state": MessageState.WAITING.value, "desk": Desk.CENTRE.value}
    return f"{reverse('network_messages:index')}?{urlencode(waiting)}"


def _subject(row: WorkRow) -> str:
    return str(dict(MessageSubject.choices).get(row.detail, ""))


@hooks.register("work_lists")
def message_lists() -> list[WorkList]:
    heading, menu = "Messages à répondre", "messages"
    return [WorkList("messages", heading, 20, messages_to_answer, _message_url, _inbox_url, _subject, menu)]
