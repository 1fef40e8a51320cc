"""What the census registers: URLs, log entries, notice events, a section of a CLSM's space."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, Count, F, IntegerField, QuerySet, Value, When, Window
from django.urls import URLPattern, path
from django.utils import timezone
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry

from caps_sheets.capitalisation.census import (
    answer_import,
    campaign_views,
    correction_views,
    corrections,
    documents,
    editions,
    registry_views,
    services,
)
from caps_sheets.capitalisation.census.deadlines import beginning_refusal, edition_of_day
from caps_sheets.capitalisation.census.modeladmin import registry
from caps_sheets.capitalisation.census.notifications import census_events
from caps_sheets.capitalisation.census.permissions import SEES
from caps_sheets.capitalisation.census.public_card import message_context
from caps_sheets.capitalisation.census.questionnaire import QUESTIONNAIRE
from caps_sheets.capitalisation.census.transitions import DECIDES, DRAFT, INCOMPLETE, SUBMITTED
from caps_sheets.capitalisation.census.viewsets import AnswerImportViewSet
from caps_sheets.capitalisation.models import CensusAnswer
from network.messages.contexts import ContextFinder
from network.models import ClsmPage
from network.space_sections import Section, Todo, Waiting, counted
from portal.base.readings import FileReader
from portal.base.work_lists import WorkList, WorkRow, described
from portal.users.models import User


@hooks.register("register_log_actions")
def register_census_actions(actions: LogActionRegistry) -> None:
    for name, label, message in (
        (services.LOGGED, "Changer l’état d’une action", "État de l’action changé"),
        (editions.STARTED, "Commencer une action", "Action commencée"),
        (campaign_views.EDITED, "Changer les dates du recensement", "Dates du recensement changées"),
        (corrections.CORRECTED, "Corriger une action", "Action corrigée par le Centre"),
        (corrections.ASKED, "Demander sur une action recensée", "Demande du CLSM sur une action recensée"),
        (corrections.REPLIED, "Répondre à une demande sur une action", "Réponse du Centre à la demande du CLSM"),
        (editions.MOVED, "Reporter un brouillon d’action", "Brouillon d’action reporté au recensement suivant"),
        (editions.DISCARDED, "Supprimer un brouillon d’action", "Brouillon d’action supprimé"),
        (answer_import.IMPORTED, "Importer une action", "Action importée"),
        (documents.ADDED, "Joindre un document à une action", "Document joint"),
        (documents.REMOVED, "Retirer un document d’une action", "Document retiré"),
        (documents.READ, "Ouvrir un document d’une action", "Document ouvert"),
    ):
        actions.register_action(name, label, message)


registry.register_with_wagtail()


@hooks.register("message_contexts")
def action_context() -> ContextFinder:
    return ContextFinder("action", message_context)


@hooks.register("file_readers")
def census_reader() -> FileReader:
    return answer_import.AnswerImporter().file_reader()


@hooks.register("register_admin_urls")
def register_census_urls() -> list[URLPattern]:
    return [
        path("recensement/<int:pk>/corriger/", correction_views.AnswerCorrectionView.as_view(), name="census_correct"),
        path("recensement/demandes/<int:pk>/", correction_views.ReplyView.as_view(), name="census_reply"),
        path("recensement/etats/", registry_views.choose, name="census_batch"),
        path("recensement/etats/confirmer/", registry_views.ConfirmView.as_view(), name="census_batch_confirm"),
    ]


hooks.register("register_admin_viewset", AnswerImportViewSet)

SHOWN = 5

MOST_TODOS = 3


def read_actions(clsm: ClsmPage, user: User) -> dict[str, Any]:
    """The answers that wait for the coordinators first, then the latest, and their total number. Three queries."""
    urgency = Case(
        When(state=INCOMPLETE, then=Value(0)),
        When(state=DRAFT, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    every = clsm.census_answers.annotate(of_all=Window(Count("pk")))
    answers = list(every.order_by(urgency, "-updated_at", "-pk")[:SHOWN])
    todos = [todo(answer) for answer in answers if answer.state in (INCOMPLETE, DRAFT)]
    today = timezone.localdate()
    return {
        "answers": answers,
        "total": answers[0].of_all if answers else 0,
        "todos": todos[:MOST_TODOS],
        "refusal": beginning_refusal(edition_of_day(today), today),
    }


def count_actions(clsms: Sequence[ClsmPage], user: User) -> Waiting:
    return counted(CensusAnswer.objects.filter(clsm__in=clsms, state__in=(INCOMPLETE, DRAFT)), "clsm", "actions")


def todo(answer: CensusAnswer) -> Todo:
    """The task of the coordinator: what the Centre requested, or a draft to finish."""
    address = QUESTIONNAIRE.start_url(answer)
    if answer.state == INCOMPLETE:
        return Todo(f"Le Centre demande de compléter « {answer} ».", "Compléter", address)
    return Todo(f"« {answer} » est un brouillon : il n’est pas encore envoyé au Centre.", "Continuer", address)


@hooks.register("clsm_space_sections")
def actions_section() -> Section:
    template = "components/census/space_section.html"
    return Section("actions", "Mes actions", 30, template, read_actions, count_actions)


hooks.register("notice_events", census_events)


def answers_to_decide(user: User) -> QuerySet[CensusAnswer] | None:
    if not (user.has_perm(SEES) and user.has_perm(DECIDES)):
        return None
    sent = CensusAnswer.objects.filter(state=SUBMITTED)
    return described(sent, title=F("title"), detail=F("clsm__title"), at="updated_at", first=["updated_at", "pk"])


def _answer_url(row: WorkRow) -> str:
    return registry.url_helper.get_action_url("inspect", row.pk)


def _registry_url(user: User) -> str:
    return f"{registry.url_helper.index_url}?{urlencode({'etat': SUBMITTED.value})}"


@hooks.register("work_lists")
def census_lists() -> list[WorkList]:
    return [
        WorkList(
            "recensement",
            "Réponses au recensement à examiner",
            40,
            answers_to_decide,
            _answer_url,
            _registry_url,
            menu="capitalisation",
        )
    ]
