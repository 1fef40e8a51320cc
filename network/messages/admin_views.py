"""The inbox of the Centre: what waits for an answer first; read, answer, entrust, close with a reason.

URLs start with ``/admin/messages/``.
"""

from typing import Any

import django_filters
from django.db.models import Case, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn

from network.messages import services
from network.messages.forms import AssignForm, CloseForm, ReplyForm, SeenForm
from network.messages.models import Desk, Message, MessageState, MessageSubject
from network.messages.permissions import EVERY, RIGHT, messages_of_centre
from network.models import ClsmPage
from portal.base.admin_views import GuardedIndexView, ObjectGuard, RightViewSet, ServiceActionView, ServiceFormView
from portal.base.errors import RefusedError
from portal.users.queries import holders

TITLE = "Messages"


class MessageFilterSet(WagtailFilterSet):
    state = django_filters.ChoiceFilter(label="État", choices=MessageState.choices)
    desk = django_filters.ChoiceFilter(label="Qui doit répondre", choices=Desk.choices)
    subject = django_filters.ChoiceFilter(label="Sujet", choices=MessageSubject.choices)
    clsm = django_filters.ModelChoiceFilter(label="CLSM", queryset=ClsmPage.objects.order_by("title"))
    assigned_to = django_filters.ModelChoiceFilter(label="Confié à", queryset=lambda request: holders(RIGHT))

    class Meta:
        model = Message
        fields: list[str] = []


class MessageIndexView(GuardedIndexView):
    right = RIGHT
    model = Message
    page_title = TITLE
    header_icon = "mail"
    index_url_name = "network_messages:index"
    index_results_url_name = "network_messages:index_results"
    default_ordering = "-received_at"
    search_fields = ["name", "organisation", "clsm__title", "context"]
    filterset_class = MessageFilterSet

    def get_base_queryset(self) -> QuerySet[Message]:
        return messages_of_centre(self.request.user).select_related("clsm", "assigned_to").defer("text")

    def order_queryset(self, queryset: QuerySet[Message]) -> QuerySet[Message]:
        is_waiting = Case(When(state=MessageState.WAITING, then=Value(0)), default=Value(1))
        return queryset.order_by(is_waiting, "-received_at", "-pk")

    @property
    def columns(self) -> list[Column]:
        return [
            TitleColumn("name", label="De", accessor=sender_of, get_url=detail_url),
            Column("clsm", label="CLSM", accessor=lambda message: message.clsm or ""),
            Column("subject", label="Sujet", accessor=subject_of),
            DateColumn("received_at", label="Reçu le"),
            Column("state", label="État", accessor=state_of),
            Column("assigned_to", label="Confié à", accessor=lambda message: message.assigned_to or ""),
        ]


def sender_of(message: Message) -> str:
    return f"{message.name}, {message.organisation}" if message.organisation else message.name


def subject_of(message: Message) -> str:
    return message.get_subject_display() or message.context or "Message à un CLSM"


def state_of(message: Message) -> str:
    by_clsm = message.is_waiting and message.desk == Desk.CLSM
    return f"{message.get_state_display()}{', par le CLSM' if by_clsm else ''}"


def detail_url(message: Message) -> str:
    return reverse("network_messages:detail", args=[message.pk])


@method_decorator(never_cache, name="dispatch")
class MessageGuard(ObjectGuard):
    """For the Centre: one message that the person may read; 404 for any other."""

    right = RIGHT
    header_icon = "mail"
    message: Message

    def find(self) -> None:
        people = ("clsm", "assigned_to", "closed_by", "forwarded_by")
        found = messages_of_centre(self.user).select_related(*people).filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404("Ce message n’existe plus, ou il n’est pas adressé au Centre.")
        self.message = found

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"url": reverse("network_messages:index"), "label": TITLE}]

    def object_context(self) -> dict[str, Any]:
        return {"message": self.message}

    def get_success_url(self) -> str:
        return detail_url(self.message)

    @cached_property
    def answers(self) -> list[Any]:
        return list(self.message.answers.select_related("written_by"))

    def get_initial(self) -> dict[str, Any]:
        return {"seen": len(self.answers)}


class MessageServiceView(MessageGuard, ServiceFormView):
    def refuse(self, form: Any, refusal: RefusedError) -> HttpResponse:
        """With the message and the answers as they are now."""
        self.message.refresh_from_db()
        if isinstance(form, SeenForm):
            form.renew_seen(len(self.answers))
        return super().refuse(form, refusal)


class MessageDetailView(MessageServiceView):
    """The message, what was answered, and the form that answers."""

    template_name = "wagtailadmin/messages/detail.html"
    form_class = ReplyForm
    submit_label = "Envoyer la réponse"
    done = "La réponse est envoyée par courriel."

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        services.note_reading(self.message, by=self.user, desk=Desk.CENTRE)
        return super().get(request, *args, **kwargs)

    def get_page_title(self) -> str:
        return f"{self.message}, de {self.message.name}"

    def carry_out(self, form: ReplyForm) -> None:
        data = form.cleaned_data
        services.answer(self.message, data["text"], by=self.user, desk=Desk.CENTRE, seen=data["seen"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        is_closed = self.message.state == MessageState.CLOSED
        return context | {"answers": self.answers, "subject": subject_of(self.message), "is_closed": is_closed}


class MessageFormView(MessageServiceView):
    template_name = "wagtailadmin/messages/form.html"

    def crumbs(self) -> list[dict[str, Any]]:
        return [*super().crumbs(), {"url": detail_url(self.message), "label": str(self.message)}]


class CloseView(MessageFormView):
    page_title = "Classer sans réponse"
    form_class = CloseForm
    submit_label = "Classer sans réponse"
    done = "Le message est classé sans réponse. Vous pouvez le rouvrir."

    def carry_out(self, form: CloseForm) -> None:
        data = form.cleaned_data
        services.close(self.message, data["reason"], by=self.user, desk=Desk.CENTRE, seen=data["seen"])


class AssignView(MessageFormView):
    page_title = "Confier ce message"
    form_class = AssignForm
    submit_label = "Confier"

    def get_form_kwargs(self) -> dict[str, Any]:
        right = RIGHT if self.message.desk == Desk.CENTRE else EVERY
        return super().get_form_kwargs() | {"people": holders(right).order_by("last_name", "email")}

    def get_initial(self) -> dict[str, Any]:
        return {"person": self.message.assigned_to}

    def carry_out(self, form: AssignForm) -> None:
        person = form.cleaned_data["person"]
        services.assign(self.message, person, by=self.user)
        self.done = f"Le message est confié à {person}."


class ReopenView(MessageGuard, ServiceActionView):
    done = "Le message est rouvert."

    def carry_out(self) -> None:
        services.reopen(self.message, by=self.user, desk=Desk.CENTRE)


class MessageViewSet(RightViewSet):
    name = "network_messages"
    url_prefix = "messages"
    icon = "mail"
    menu_label = TITLE
    menu_order = 150
    add_to_admin_menu = True
    right = RIGHT

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", MessageIndexView.as_view(), name="index"),
            path("resultats/", MessageIndexView.as_view(results_only=True), name="index_results"),
            path("<int:pk>/", MessageDetailView.as_view(), name="detail"),
            path("<int:pk>/classer/", CloseView.as_view(), name="close"),
            path("<int:pk>/confier/", AssignView.as_view(), name="assign"),
            path("<int:pk>/rouvrir/", ReopenView.as_view(), name="reopen"),
        ]
