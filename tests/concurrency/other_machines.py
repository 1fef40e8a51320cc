"""The people of the CLSMs, the life of profiles, accounts, notices, vocabularies."""

from collections import Counter
from copy import copy
from datetime import timedelta

from django.utils import timezone

from caps_sheets.models import CapsSheetPage
from network.coordination import claims, invitations
from network.coordination.assignments import close, expire_coordinators
from network.coordination.invitations import LETTER, Invitee, accept, invite, resend, revoke
from network.lifecycle.services import merge_clsm, remind_profiles, start_split
from network.messages.models import CopyLink, Message, MessageAnswer
from network.messages.services import answer, forward, send_copy
from network.messages.services import close as close_message
from network.models import ClaimRequest, ClsmPage, ClsmSplit, CoordinatorAssignment, Handover, Invitation
from portal.moderation.dormant_accounts import erase_dormant_accounts
from portal.moderation.error_reports import receive, save_report
from portal.moderation.models import ErrorReport, Notice, Retirement, Takedown
from portal.moderation.notices.delivery import deliver
from portal.moderation.notifications import tell
from portal.moderation.retirement import retire
from portal.moderation.takedowns.services import ask_lift, confirm_lift, decline_lift, take_down
from portal.site_setup.roles import ADMINISTRATION, EDITING
from portal.taxonomies.merge import merge
from portal.taxonomies.models import Theme
from portal.users.models import User
from portal.users.privacy.erasure import erase_person
from portal.users.privacy.people import find_person
from tests.concurrency.machines import World, machine, notices, people, superusers
from tests.factories.capitalisation import make_member
from tests.factories.messages import make_message
from tests.factories.network import make_clsm, make_coordinator, make_theme
from tests.factories.sheets import make_sheet

TODAY = timezone.localdate()
REASON = "Un motif."


@machine
def invitation() -> World:
    first, second = people()
    clsm = make_clsm()
    waiting = invite(clsm, Invitee("nouvelle@clsm.example", start=TODAY), by=first)
    decisions = {
        "accept": lambda: accept(waiting).email,
        "revoke": lambda: revoke(waiting, by=first).pk,
        "resend": lambda: resend(waiting, by=second).email,
        "accept too": lambda: accept(waiting).email,
        "invite again": lambda: invite(clsm, Invitee("nouvelle@clsm.example", start=TODAY), by=second).email,
    }

    def state() -> object:
        rows = Counter(one.state.label for one in Invitation.objects.all())
        return rows, list(CoordinatorAssignment.objects.values_list("user__email")), notices()

    return World(decisions, state, once=("accept", "revoke", "resend", "accept too"))


@machine
def two_invitations() -> World:
    first, second = people()
    clsm = make_clsm()
    decisions = {
        "first": lambda: invite(clsm, Invitee("nouvelle@clsm.example", start=TODAY), by=first).email,
        "second": lambda: invite(clsm, Invitee("nouvelle@clsm.example", start=TODAY), by=second).email,
    }
    return World(decisions, Invitation.objects.count, once=decisions, says="attend déjà la réponse")


@machine
def claim() -> World:
    first, second = people()
    clsm = make_clsm()
    claimant = claims.Claimant("Alix", "Exemple", "alix@clsm.example", "Coordination", TODAY)
    waiting = claims.receive(clsm, claimant, sender="192.0.2.1")
    decisions = {
        "accept": lambda: claims.accept(waiting, to_generic=False, by=first).email,
        "refuse": lambda: claims.refuse(waiting, reason=REASON, by=second).state,
    }
    state = lambda: (list(ClaimRequest.objects.values_list("state")), Invitation.objects.count(), notices())  # noqa: E731
    return World(decisions, state, once=decisions)


@machine
def departure() -> World:
    """A coordinator leaves, the Centre ends the post, the successor accepts."""
    first, _ = people()
    clsm = make_clsm()
    person = make_coordinator(clsm)
    post = CoordinatorAssignment.objects.get()
    successor = invitations.Successor("suite@clsm.example", start=TODAY)
    declare = lambda: invitations.declare(post, last_day=TODAY, successor=successor, by=person).last_day  # noqa: E731
    decisions = {
        "declare": declare,
        "declare too": declare,
        "end": lambda: close(post, on=TODAY + timedelta(days=9), by=first).end,
    }

    def state() -> object:
        return list(CoordinatorAssignment.objects.values_list("end")), Handover.objects.count(), notices()

    return World(decisions, state, once=("declare", "declare too"), says="déjà déclaré")


@machine
def departure_declared() -> World:
    first, _ = people()
    person = make_coordinator(make_clsm())
    post = CoordinatorAssignment.objects.get()
    successor = invitations.Successor("suite@clsm.example", start=TODAY)
    declared = invitations.declare(post, last_day=TODAY, successor=successor, by=person)
    post.refresh_from_db()
    sent = declared.invitation
    decisions = {
        "cancel": lambda: invitations.cancel(declared, by=person).pk,
        "accept": lambda: accept(sent).email,
        "resend": lambda: resend(sent, by=first).email,
        "end": lambda: close(post, on=TODAY + timedelta(days=9), by=first).end,
    }

    def state() -> object:
        rows = Counter(one.state.label for one in Invitation.objects.all())
        # Whether a letter had left before it was called off is a matter of moments.
        told = [one for one in notices() if not one.startswith(LETTER)]
        posts = CoordinatorAssignment.objects.order_by("pk").values_list("user__email", "end")
        return rows, list(posts), Handover.objects.filter(cancelled_at=None).count(), told

    return World(decisions, state, once=("accept", "cancel"), says="déjà prise|déjà accepté")


@machine
def merged_clsm() -> World:
    first, second = superusers()
    old, one, other = make_clsm(), make_clsm(), make_clsm()
    make_coordinator(old)
    decisions = {
        "merge": lambda: merge_clsm(old, one, by=first).coordinators,
        "merge elsewhere": lambda: merge_clsm(old, other, by=second).coordinators,
        "merge back": lambda: merge_clsm(one, old, by=second).coordinators,
        "retire": lambda: retire(old, reason=REASON, by=second).reason,
    }

    def state() -> object:
        lives = ClsmPage.objects.order_by("pk").values_list("live", "replaced_by")
        return list(lives), list(Retirement.objects.values_list("replacements")), notices()

    says = "déjà prise|n’est pas en ligne|remplacé par"
    may_follow = ({"merge back", "merge elsewhere"}, {"merge back", "retire"})
    return World(decisions, state, once=decisions, may_follow=may_follow, says=says)


@machine
def split_clsm() -> World:
    first, second = superusers()
    clsm = make_clsm()
    make_coordinator(clsm)
    decisions = {
        "split": lambda: start_split(clsm, ["CLSM Est", "CLSM Ouest"], by=first).pk,
        "split otherwise": lambda: start_split(clsm, ["CLSM Nord", "CLSM Sud"], by=second).pk,
    }

    def state() -> object:
        return list(ClsmPage.objects.order_by("path").values_list("title")), ClsmSplit.objects.count(), notices()

    return World(decisions, state, once=decisions, says="déjà commencée")


@machine
def error_report() -> World:
    first, second = people()
    report = receive(make_sheet(), "La date est fausse, je crois.")

    def handle(by: User, note: str) -> None:
        seen = copy(report)  # as both had it on screen
        seen.state, seen.note = ErrorReport.State.HANDLED, note
        save_report(seen, by=by)

    decisions = {"first": lambda: handle(first, "Corrigé."), "second": lambda: handle(second, "Rien à faire.")}
    return World(decisions, lambda: list(ErrorReport.objects.values_list("state", "note", "handled_by")))


@machine
def message() -> World:
    """Two coordinators answer, forward and close the same message."""
    clsm = make_clsm()
    first, second = make_coordinator(clsm), make_coordinator(clsm)
    people()
    asked = make_message(clsm)
    decisions = {
        "answer": lambda: answer(asked, "Oui.", by=first, desk="clsm", seen=0).text,
        "answer too": lambda: answer(asked, "Non.", by=second, desk="clsm", seen=0).text,
        "forward": lambda: forward(asked, by=second, seen=0).desk,
        "close": lambda: close_message(asked, REASON, by=first, desk="clsm", seen=0).state,
    }

    def state() -> object:
        answers = list(MessageAnswer.objects.values_list("text", "written_by"))
        return answers, list(Message.objects.values_list("state", "desk", "forwarded_by", "closed_by")), notices()

    return World(decisions, state, once=decisions)


@machine
def message_copy() -> World:
    link = CopyLink.objects.create(message=make_message(make_clsm()), address="copie@clsm.example")
    copy_it = lambda: send_copy(link)  # noqa: E731
    return World({"copy": copy_it, "copy too": copy_it}, notices, once=("copy", "copy too"))


@machine
def erased_person() -> World:
    first, second = make_member(ADMINISTRATION), make_member(ADMINISTRATION)
    person = find_person(make_member(EDITING).email)
    decisions = {
        "first": lambda: erase_person(person, by=first)["DELETE"],
        "second": lambda: erase_person(person, by=second)["DELETE"],
    }
    return World(decisions, lambda: list(User.objects.order_by("pk").values_list("email")), once=decisions, says="déjà")


@machine
def notice() -> World:
    """Two workers send the same notice: one e-mail leaves."""
    first, _ = people()
    tell("error_reported", [first], page=make_sheet(), report=ErrorReport(message="Une erreur."))
    Notice.objects.update(emailed_at=None, due_at=timezone.now())
    return World({"deliver": deliver}, lambda: [(one.emailed_at is None, one.attempts) for one in Notice.objects.all()])


@machine
def merged_theme() -> World:
    first, second = people()
    old, one, other = (make_theme(slug) for slug in ("ancien", "nouveau", "autre"))
    make_sheet(themes=[old])
    decisions = {
        "merge": lambda: merge(old, one, by=first).revisions,
        "merge elsewhere": lambda: merge(old, other, by=second).revisions,
        "merge back": lambda: merge(one, old, by=second).revisions,
    }

    def state() -> object:
        themes = Theme.objects.order_by("slug").values_list("slug", "synonyms")
        return list(themes), list(CapsSheetPage.objects.values_list("main_theme__slug"))

    may_follow = ({"merge back", "merge elsewhere"},)
    return World(decisions, state, once=decisions, may_follow=may_follow, says="n’existe plus")


@machine
def nightly() -> World:
    """Reminders, warnings and ends of posts, when the timer starts twice."""
    make_coordinator(make_clsm(), last_login=timezone.now() - timedelta(days=400))
    make_member(EDITING, last_login=timezone.now() - timedelta(days=715))
    ClsmPage.objects.update(first_published_at=timezone.now() - timedelta(days=500))
    decisions = {"expire": expire_coordinators, "profiles": remind_profiles, "dormant": erase_dormant_accounts}
    return World(decisions, notices)


def takedowns() -> object:
    """What is offline, who asks for its return, and who was told."""
    rows = list(Takedown.objects.order_by("pk").values_list("taken_by", "lift_asked_by", "lifted_by"))
    return rows, list(CapsSheetPage.objects.order_by("pk").values_list("live")), notices()


@machine
def takedown() -> World:
    """Two people take one sheet offline, while a newer text of it is put online."""
    first, second = people()
    sheet = make_sheet(title="Fiche retirée")
    newer = sheet.save_revision(user=second)
    decisions = {
        "take down": lambda: take_down(sheet, reason=REASON, by=first).title,
        "take down too": lambda: take_down(sheet, reason="Un autre motif.", by=second).title,
        "publish": lambda: newer.publish(user=second, skip_permission_checks=True),
    }
    return World(decisions, takedowns, once=("take down", "take down too"))


@machine
def return_wanted() -> World:
    first, second = people()
    offline = take_down(make_sheet(title="Fiche retirée"), reason=REASON, by=first)
    decisions = {
        "ask": lambda: ask_lift(offline, reason="Accord.", by=first),
        "ask too": lambda: ask_lift(offline, reason="Accord signé.", by=second),
    }
    return World(decisions, takedowns, once=decisions)


@machine
def return_asked() -> World:
    """The person who asked confirms at no instant; two others confirm once."""
    first, second = people()
    third = make_member(ADMINISTRATION)
    sheet = make_sheet(title="Fiche retirée")
    offline = take_down(sheet, reason=REASON, by=first)
    ask_lift(offline, reason="Accord.", by=first)
    decisions = {
        "confirm": lambda: confirm_lift(offline, by=second),
        "confirm too": lambda: confirm_lift(offline, by=third),
        "confirm by who asked": lambda: confirm_lift(offline, by=first),
        "decline": lambda: decline_lift(offline, by=second),
    }
    says = r"déjà prise (par|le)|Personne ne demande cette remise en ligne"
    return World(decisions, takedowns, once=("confirm", "confirm too", "decline"), says=says)
