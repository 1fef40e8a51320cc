"""What messages register: the inbox of the Centre, its rights, notices, log entries, the section of « Mon CLSM »."""

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry

from network.messages import services
from network.messages.admin_views import MessageViewSet
from network.messages.notifications import message_events
from network.messages.queries import SECTION, count_waiting, read_waiting
from network.space_sections import Section

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
