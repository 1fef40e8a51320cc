"""The life of sheets, and the episodes of podcasts."""

from collections import Counter
from datetime import timedelta

from django.utils import timezone
from wagtail.models import PageLogEntry

from caps_sheets.lifecycle import services
from caps_sheets.models import (
    Answer,
    CriterionAnswer,
    Erratum,
    GridReview,
    OverrideKind,
    PublicationOverride,
    Reuse,
    ReuseState,
    SafeMessagingTick,
    SafeWording,
    SheetConfirmation,
)
from caps_sheets.models.review import criteria_of
from caps_sheets.podcasts.models import ChecklistTick, EpisodePage, VoiceAuthorisation
from caps_sheets.podcasts.production import transcript_services
from caps_sheets.podcasts.production.services import prepare, set_tick
from caps_sheets.podcasts.production.voices import tell_ends, withdraw
from caps_sheets.review import grid
from caps_sheets.review.grid import setup_grid
from caps_sheets.review.services import override, tick
from portal.medialib.transcripts.formats import Cue
from portal.moderation.models import Retirement
from portal.moderation.retirement import retire
from portal.site_setup.roles import EDITING
from tests.concurrency.machines import World, machine, notices, people, superusers
from tests.factories.capitalisation import make_member
from tests.factories.network import make_clsm, make_coordinator
from tests.factories.podcasts import TRANSCRIPT, make_episode, make_show
from tests.factories.sheets import make_sheet

TODAY = timezone.localdate()
REASON = "Un motif."


@machine
def retired_page() -> World:
    first, second = superusers()
    sheet, new = make_sheet(), make_sheet()
    decisions = {
        "replace": lambda: retire(sheet, replacements=[new], reason="Remplacée.", by=first).reason,
        "close": lambda: retire(sheet, reason="Trop ancienne.", by=second).reason,
    }

    def state() -> object:
        return list(Retirement.objects.values_list("reason", "replacements", "retired_by"))

    return World(decisions, state, once=decisions)


@machine
def adaptation() -> World:
    first, second = people()
    sheet, clsm = make_sheet(), make_clsm()
    reuse = services.propose(sheet, clsm, year=2025, kept="Tout.", adapted="Rien.", by=make_coordinator(clsm))
    decisions = {
        "publish": lambda: services.decide(reuse, ReuseState.PUBLISHED, by=first).state,
        "refuse": lambda: services.decide(reuse, ReuseState.REFUSED, by=second, reason=REASON).state,
    }
    return World(decisions, lambda: (list(Reuse.objects.values_list("state", "reason")), notices()), once=decisions)


@machine
def adaptation_proposed() -> World:
    sheet, clsm = make_sheet(), make_clsm()
    one, other = make_coordinator(clsm), make_coordinator(clsm)
    propose = lambda by: services.propose(sheet, clsm, year=2025, kept="Tout.", adapted="Rien.", by=by).state  # noqa: E731
    decisions = {"one": lambda: propose(one), "other": lambda: propose(other)}
    return World(decisions, lambda: (Reuse.objects.count(), notices()), once=decisions, says="attend déjà")


@machine
def sheet_life() -> World:
    first, second = superusers()
    sheet = make_sheet()
    erratum = services.add_erratum(sheet, text="Une date était fausse.", by=first)
    decisions = {
        "confirm": lambda: services.confirm(sheet, by=first).pk,
        "confirm too": lambda: services.confirm(sheet, by=second).pk,
        "remove": lambda: services.remove_erratum(erratum, by=first),
        "archive": lambda: retire(sheet, reason=REASON, by=second).reason,
    }

    def state() -> object:
        logged = Counter(PageLogEntry.objects.filter(action=services.REMOVED).values_list("action", flat=True))
        return SheetConfirmation.objects.count(), Erratum.objects.count(), logged

    return World(decisions, state, once=("confirm", "confirm too"))


@machine
def sheet_reading() -> World:
    """The grid, the checklist of a sheet about suicide and the overrides, about one text."""
    first, second = people()
    sheet = make_sheet(live=False, owner=make_member(EDITING))
    setup_grid()
    criterion = criteria_of(None)[0]
    fill = lambda value, by: grid.fill(sheet, {criterion.pk: (value, "Oui.")}, by=by, seen="").pk  # noqa: E731
    override_by = lambda by: override(sheet, OverrideKind.AGREEMENT, by=by, reason=REASON).kind  # noqa: E731
    decisions = {
        "fill": lambda: fill(Answer.YES.value, first),
        "fill too": lambda: fill(Answer.NO.value, second),
        "override": lambda: override_by(first),
        "override too": lambda: override_by(second),
        "tick": lambda: tick(sheet, SafeWording.values, by=first),
    }

    def state() -> object:
        filled = CriterionAnswer.objects.values_list("value", "review__reviewer")
        ticks = SafeMessagingTick.objects.count()
        return list(filled), GridReview.objects.count(), PublicationOverride.objects.count(), ticks

    return World(decisions, state)


@machine
def transcript() -> World:
    first, second = people()
    episode = make_episode(live=False, transcript_status=EpisodePage.TranscriptStatus.DRAFT)
    seen = transcript_services.version_key(episode, episode.transcript)
    cue = Cue(0.0, 4.2, "Animation", "Bonsoir.")
    decisions = {
        "correct": lambda: transcript_services.correct(
            episode, transcript_services.Correction(seen, 0, 1, [cue]), by=first
        ),
        "replace": lambda: transcript_services.replace(
            episode, TRANSCRIPT.replace("Merci", "Bravo"), seen=seen, by=second
        ),
        "review": lambda: transcript_services.mark_reviewed(episode, seen=seen, by=first),
    }

    def state() -> object:
        draft = EpisodePage.objects.get().get_latest_revision_as_object()
        return draft.transcript, draft.transcript_status

    return World(decisions, state)


@machine
def voice() -> World:
    first, second = people()
    episode = make_episode(voices=["Élue locale"])
    agreement = VoiceAuthorisation.objects.get()
    decisions = {
        "withdraw": lambda: withdraw(agreement, TODAY, "", by=first),
        "withdraw too": lambda: withdraw(agreement, TODAY, "", by=second),
        "tick": lambda: set_tick(episode, "montage", True, by=first).key,
        "tick too": lambda: set_tick(episode, "montage", True, by=second).key,
    }

    def state() -> object:
        return list(VoiceAuthorisation.objects.values_list("withdrawn_on")), ChecklistTick.objects.count(), notices()

    return World(decisions, state, once=("withdraw", "withdraw too"), says="déjà prise : le retrait")


@machine
def voice_that_ends() -> World:
    """The agreement of a public episode ends in ten days, when the timer starts twice."""
    make_member(EDITING)
    make_episode(voices=["Élue locale"])
    VoiceAuthorisation.objects.update(until=TODAY + timedelta(days=10))
    return World({"tell": lambda: tell_ends(TODAY)}, notices)


@machine
def episode_prepared() -> World:
    """« Préparer l’épisode » by two people, in two shows."""
    first, second = people()
    sheet = make_sheet()
    one, other = make_show(), make_show(slug="autre", title="Autre émission")
    decisions = {
        "one": lambda: prepare(sheet, one, by=first).title,
        "other": lambda: prepare(sheet, other, by=second).title,
    }
    return World(decisions, EpisodePage.objects.count, once=decisions)
