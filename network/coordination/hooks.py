"""The coordination in the back office: right, buttons, log entries, notice events.

The texts of the notices are in ``templates/email/notices/``.
"""

from collections.abc import Iterator

from django.contrib.auth.models import Permission
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Concat
from django.urls import reverse
from wagtail import hooks
from wagtail.admin.widgets import Button
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import Page, PageLogEntry

from network.coordination import claims, invitations
from network.coordination.admin_views import RIGHT
from network.models import ClaimRequest, ClaimState, ClsmPage, CoordinatorAssignment, Invitation, records
from network.models.queries import coordinators_in_post
from portal.base.work_lists import WorkList, WorkRow, described
from portal.moderation.notices import Event
from portal.users.models import User

INVITATION_LABELS = {
    invitations.INVITED: "Invitation à coordonner",
    invitations.RESENT: "Invitation renvoyée",
    invitations.REVOKED: "Invitation annulée",
    invitations.ACCEPTED: "Invitation acceptée",
}

CLAIM_LABELS = {
    claims.RECEIVED: "Demande de rattachement reçue",
    claims.ACCEPTED: "Demande de rattachement acceptée",
    claims.REFUSED: "Demande de rattachement refusée",
}


@hooks.register("takedown_people")
def coordinators_of_profile(page: Page) -> QuerySet[User]:
    """Who coordinates the CLSM of a profile today."""
    return coordinators_in_post([page.pk] if isinstance(page, ClsmPage) else [])


@hooks.register("register_permissions")
def coordination_right() -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label="network", codename="manage_coordination")


@hooks.register("register_page_header_buttons")
def header_button(page: Page, user: User, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    yield from _buttons(page, user)


@hooks.register("register_page_listing_more_buttons")
def listing_button(page: Page, user: User, next_url: str | None = None) -> Iterator[Button]:
    yield from _buttons(page, user)


def _buttons(page: Page, user: User) -> Iterator[Button]:
    if page.specific_class is ClsmPage and user.has_perm(RIGHT):
        yield Button(
            "Coordination", reverse("network_coordination:detail", args=[page.pk]), icon_name="group", priority=46
        )


class InvitationFormatter(LogFormatter):
    def format_message(self, log_entry: PageLogEntry) -> str:
        data = log_entry.data
        invitation = Invitation.objects.filter(pk=data.get("invitation")).first()
        person = invitation.account_email if invitation else "invitation effacée"
        until = f" jusqu’au {data['end']}" if data.get("end") else ""
        return f"{self.label} : {person}, depuis le {data.get('start')}{until}"


class ClaimFormatter(LogFormatter):
    """Coordinators read the history of a page too: it hides who claimed, and why it was refused."""

    def format_message(self, log_entry: PageLogEntry) -> str:
        return f"{self.label} (n° {log_entry.data.get('claim')})"


class HandoverFormatter(LogFormatter):
    label = "Départ annoncé"

    def format_message(self, log_entry: PageLogEntry) -> str:
        return f"{self.label} : dernier jour le {log_entry.data.get('end')}"


@hooks.register("register_log_actions")
def register_actions(actions: LogActionRegistry) -> None:
    for parent, labels in ((InvitationFormatter, INVITATION_LABELS), (ClaimFormatter, CLAIM_LABELS)):
        for action, label in labels.items():
            actions.register_action(action)(type(parent.__name__, (parent,), {"label": label}))
    actions.register_action(invitations.DECLARED)(HandoverFormatter)
    actions.register_action(invitations.CANCELLED, "Départ annulé", "Départ annulé par la personne")
    actions.register_action(records.CONFIRMED, "Profil confirmé", "Profil confirmé sans changement")


COORDINATOR = "La personne concernée"

MODERATORS = "La modération de la région"


@hooks.register("notice_events")
def coordination_events() -> list[Event]:
    return [
        Event("coordination_invitation", "Invitation à coordonner un CLSM", "L’adresse invitée"),
        Event("invitation_accepted", "Invitation acceptée", "La modération de la région et la personne qui a invité"),
        Event("claim_received", "Demande de rattachement reçue", MODERATORS),
        Event("claim_refused", "Demande de rattachement refusée", "La personne qui a fait la demande"),
        Event("handover_declared", "Départ annoncé par la coordination", MODERATORS),
        Event("handover_cancelled", "Départ annulé", MODERATORS),
        Event("inactivity_warning", "Accès bientôt fermé faute de connexion", COORDINATOR),
        Event("inactivity_ended", "Accès fermé faute de connexion", COORDINATOR),
        Event("contact_shown", "Coordonnées montrées au public, notées par le Centre", COORDINATOR),
        Event("email_hidden", "Adresse e-mail retirée de la page publique, car elle a changé", COORDINATOR),
        Event("post_ended", "Fin de poste notée par le Centre", COORDINATOR),
        Event("coordinator_lost", "Coordination inactive depuis un an", MODERATORS),
    ]


@hooks.register("account_erasure_obstacles")
def posts_still_held(user: User) -> Iterator[str]:
    for post in CoordinatorAssignment.objects.filter(user=user).current().select_related("clsm"):
        yield f"Cette personne coordonne encore « {post.clsm} » : terminez d’abord son affectation."


def waiting_claims(user: User) -> QuerySet[ClaimRequest] | None:
    if not user.has_perm(RIGHT):
        return None
    waiting = ClaimRequest.objects.filter(state=ClaimState.WAITING)
    name = Concat("first_name", Value(" "), "last_name")
    return described(waiting, title=name, detail=F("clsm__title"), at="created_at", first=["created_at", "pk"])


def _claim_url(row: WorkRow) -> str:
    return reverse("network_coordination:accept_claim", args=[row.pk])


@hooks.register("work_lists")
def claim_lists() -> list[WorkList]:
    return [WorkList("demandes", "Demandes de rattachement", 30, waiting_claims, _claim_url)]
