"""The sections of a CLSM's space that ``portal`` adds: its profile and its state, messages, coordination."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import models
from django.db.models import Count, Value
from django.db.models.functions import Cast
from django.urls import reverse
from wagtail.models import WorkflowState

from network.completeness import completeness
from network.messages.notifications import TO_CLSM
from network.models import ClsmPage, CoordinatorAssignment
from network.models.records import Freshness, freshness
from network.space_sections import Todo, Waiting
from portal.base.templatetags.dates import long_date
from portal.moderation.models import Notice
from portal.space.profile.questionnaire import QUESTIONNAIRE
from portal.space.states import ProfileState, ProfileStep, profile_state, unsubmitted
from portal.users.models import User


def count_profile_tasks(clsms: Sequence[ClsmPage], user: User) -> Iterator[tuple[int, str, int]]:
    """Without a query: ``my_clsms`` read the state of each."""
    steps = {
        WorkflowState.STATUS_IN_PROGRESS: ProfileStep.PENDING,
        WorkflowState.STATUS_NEEDS_CHANGES: ProfileStep.RETURNED,
    }
    for clsm in clsms:
        step = steps.get(clsm.workflow_status) or unsubmitted(clsm)
        asked = _profile_todos(clsm, ProfileState(step))
        yield clsm.pk, "profil", len(asked) + (clsm.is_vacant and step != ProfileStep.PENDING)


MESSAGES_SHOWN = 20


def read_profile(clsm: ClsmPage, user: User) -> dict[str, Any]:
    state, done = profile_state(clsm), completeness(clsm)
    level = freshness(clsm.verified_on)
    todos = _profile_todos(clsm, state)
    if clsm.is_vacant and state.step != ProfileStep.PENDING:
        text = "Votre profil annonce un poste vacant, alors que vous êtes en poste."
        todos.append(Todo(text, "Corriger", field_url(clsm, "is_vacant")))
    if done.required and state.step != ProfileStep.PENDING:
        text = f"Éléments nécessaires qui manquent au profil : {len(done.required)}."
        todos.append(Todo(text, "Voir ce qui manque", "#manques"))
    return {
        "todos": todos,
        "state": state,
        "completeness": done,
        "freshness": level,
        "edit_url": edit_url(clsm),
        "check_url": check_url(clsm),
        "missing": [(item, field_url(clsm, item.name)) for item in done.required],
        "useful": [(item, field_url(clsm, item.name)) for item in done.recommended],
        "may_send": state.step in (ProfileStep.UNSENT, ProfileStep.RETURNED, ProfileStep.NEVER_SENT),
        "is_read": state.step == ProfileStep.PENDING,
        "may_confirm": clsm.live and state.step != ProfileStep.PENDING,
        "is_fresh": level == Freshness.FRESH,  # otherwise the list of expected tasks has the button
    }


def read_messages(clsm: ClsmPage, user: User) -> dict[str, Any]:
    """The messages of the Centre to the person, about any CLSM: they are read once, in any space."""
    unread = list(_unread(user)[: MESSAGES_SHOWN + 1])
    shown = unread[:MESSAGES_SHOWN]
    todos = []
    if shown:
        count = f"Plus de {MESSAGES_SHOWN}" if len(unread) > MESSAGES_SHOWN else str(len(shown))
        plural = "s" if len(shown) > 1 else ""
        todos.append(Todo(f"{count} message{plural} du Centre non lu{plural}.", "Lire", "#messages"))
    return {"todos": todos, "notices": shown, "has_more": len(unread) > MESSAGES_SHOWN}


def _unread(user: User) -> models.QuerySet[Notice]:
    """What visitors write has a section of its own."""
    return Notice.objects.filter(recipient=user, read_at=None).exclude(event=TO_CLSM)


def count_messages(clsms: Sequence[ClsmPage], user: User) -> Waiting:
    unread = _unread(user).order_by()
    about_the_person = Cast(Value(0), models.IntegerField())
    numbered = unread.values(person=about_the_person).annotate(section=Value("messages"), number=Count("pk"))
    return numbered.values_list("person", "section", "number")


def read_coordination(clsm: ClsmPage, user: User) -> dict[str, Any]:
    current = CoordinatorAssignment.objects.current().filter(clsm=clsm)
    # One query with the posts: a post has one open handover at most.
    declared = models.FilteredRelation("handovers", condition=models.Q(handovers__cancelled_at=None))
    current = current.annotate(departure=declared).select_related("user", "departure__invitation")  # type: ignore[misc]
    posts: list[Any] = list(current.order_by("start", "pk"))
    mine = [post for post in posts if post.user_id == user.pk]
    return {
        "mine": mine,
        "others": [post for post in posts if post.user_id != user.pk],
        "departure": next((found for post in mine if post.end and (found := getattr(post, "departure", None))), None),
    }


def edit_url(clsm: ClsmPage) -> str:
    return QUESTIONNAIRE.field_url(clsm.pk, QUESTIONNAIRE.fields[0]).partition("#")[0]


def field_url(clsm: ClsmPage, name: str) -> str:
    return QUESTIONNAIRE.field_url(clsm.pk, name)


def _profile_todos(clsm: ClsmPage, state: ProfileState) -> list[Todo]:
    """Nothing is to be confirmed while the Centre reads what changed."""
    asked = [] if state.step == ProfileStep.PENDING else _freshness_todo(clsm, freshness(clsm.verified_on))
    return [*asked, *_state_todo(clsm, state)]


def _freshness_todo(clsm: ClsmPage, level: Freshness) -> list[Todo]:
    if not clsm.live or level == Freshness.FRESH:
        return []
    if clsm.verified_on is None:
        text = "Votre profil public n’a jamais été confirmé."
    else:
        text = f"Votre profil public a été confirmé le {long_date(clsm.verified_on)} : est-il encore juste ?"
    return [Todo(text, "Rien n’a changé, je confirme", reverse("space_confirm", args=[clsm.pk]), is_post=True)]


def _state_todo(clsm: ClsmPage, state: ProfileState) -> list[Todo]:
    if state.step == ProfileStep.RETURNED:
        return [Todo("Le Centre demande des modifications à votre profil.", "Reprendre le profil", check_url(clsm))]
    if state.step == ProfileStep.UNSENT:
        text = "Des modifications de votre profil ne sont pas encore envoyées au Centre."
        return [Todo(text, "Envoyer au Centre", reverse("profile_send", args=[clsm.pk]), is_post=True)]
    if state.step == ProfileStep.NEVER_SENT:
        return [Todo("Votre profil n’est pas encore public.", "Compléter le profil", edit_url(clsm))]
    return []


def check_url(clsm: ClsmPage) -> str:
    return reverse("profile_check", args=[clsm.pk])
