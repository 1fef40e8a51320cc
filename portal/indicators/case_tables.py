"""Numbers on the case files and on the agreements: voices on air, pictures of people, interviews."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from wagtail.images.permissions import permission_policy as image_policy

from caps_sheets.capitalisation.case_files.permissions import VIEW, visible_to
from caps_sheets.capitalisation.case_files.queries import late_on
from caps_sheets.capitalisation.models import CaseStatus, Interview, Stage
from caps_sheets.podcasts.models import EpisodePage, VoiceAuthorisation
from caps_sheets.podcasts.permissions import VOICES
from portal.base.dates import months_ago
from portal.indicators.counts import CountLine, CountTable, Shown
from portal.indicators.scope import Scope
from portal.medialib.models import PortalImage

#: A case file that has not moved for so long is worth a look.
LONG_MONTHS = 3
#: An agreement that ends within so many days is renewed in time.
SOON_DAYS = 90


def case_url(pk: int) -> str:
    return reverse("case_files:edit", args=[pk])


def interview_url(pk: int) -> str:
    return reverse("interview", args=[pk])


def picture_url(pk: int) -> str:
    return reverse("wagtailimages:edit", args=[pk])


def voices_url(episode: int) -> str:
    return reverse("episode_voices", args=[episode])


def stage_name(text: str) -> str:
    return str(Stage(int(text)).label).capitalize()


CASE_FILE = Shown(
    title=F("answer__title"),
    detail=F("stage"),
    say=stage_name,
    at="stage_since",
    link=case_url,
    first=("stage_since", "pk"),
)
INTERVIEW = Shown(
    title=F("case_file__answer__title"),
    detail=F("interviewee_role"),
    on="met_on",
    dated="le",
    link=interview_url,
    first=("met_on", "pk"),
)
PICTURE = Shown(
    title=F("title"),
    on="consent_until",
    dated="jusqu’au",
    undated="sans autorisation",
    link=picture_url,
    first=(F("consent_until").asc(nulls_first=True), "pk"),
)
VOICE = Shown(
    title=F("episode__title"),
    detail=F("role"),
    on="until",
    dated="jusqu’au",
    undated="sans fin",
    key="episode_id",
    link=voices_url,
    first=(F("until").asc(nulls_last=True), "pk"),
)


def case_tables(scope: Scope) -> Iterator[CountTable]:
    if scope.user.has_perm(VIEW):
        yield stages(scope)
    lines = list(_agreements(scope))
    if lines:
        columns = {"valables": "Valables", "bientot": f"Dont finissent sous {SOON_DAYS} jours", "echus": "Échus"}
        yield CountTable(
            "accords",
            "Accords et autorisations",
            "Une voix compte si son épisode est en ligne. Période : signature, ou ajout de l’image.",
            "Accord",
            columns | {"retires": "Retirés", "manquants": "Manquants"},
            lines,
        )


def stages(scope: Scope) -> CountTable:
    files = visible_to(scope.user).filter(
        scope.times("stage_since"), scope.follows("owner"), scope.in_region("answer__clsm")
    )
    active = Q(status=CaseStatus.ACTIVE)
    conditions = {
        "en-cours": active,
        "longtemps": active & Q(stage_since__lt=months_ago(LONG_MONTHS, scope.today)),
        "en-retard": late_on(scope.today),
        "ajournes": Q(status=CaseStatus.POSTPONED),
        "ecartes": Q(status=CaseStatus.SET_ASIDE),
        "archives": Q(status=CaseStatus.ARCHIVED),
    }
    lines = [CountLine("toutes", "Toutes les étapes", files, conditions, CASE_FILE)]
    lines += [
        CountLine(str(stage.value), f"{stage.value}. {stage.label}", files.filter(stage=stage), conditions, CASE_FILE)
        for stage in Stage
    ]
    return CountTable(
        "dossiers",
        "Dossiers par étape",
        "La période est celle de l’arrivée à l’étape. Un dossier en retard a dépassé son échéance.",
        "Étape",
        {
            "en-cours": "En cours",
            "longtemps": f"Dont depuis plus de {LONG_MONTHS} mois",
            "en-retard": "Dont en retard",
            "ajournes": "Ajournés",
            "ecartes": "Écartés",
            "archives": "Archivés",
        },
        lines,
    )


def visible_interviews(scope: Scope) -> QuerySet[Interview]:
    """Those of the case files that the reader may see, followed or led by the person."""
    person = scope.follows("case_file__owner") | scope.follows("interviewer")
    files = visible_to(scope.user).filter(scope.in_region("answer__clsm"))
    return Interview.objects.filter(person, case_file__in=files.values("pk"))


def online_voices(scope: Scope) -> QuerySet[VoiceAuthorisation]:
    """Those of the episodes on air, without those that a longer one replaces."""
    longer = Q(until=None) | Q(until__gt=OuterRef("until"))
    other = VoiceAuthorisation.objects.filter(
        longer, episode=OuterRef("episode"), role=OuterRef("role"), withdrawn_on=None
    )
    voices = VoiceAuthorisation.objects.filter(scope.follows("episode__owner"), episode__live=True)
    if scope.region:
        mine = EpisodePage.objects.filter(scope.in_region("clsm_items__clsm"))
        voices = voices.filter(episode__in=mine.values("pk"))
    return voices.exclude(Q(withdrawn_on=None, until__isnull=False) & Exists(other))


def _agreements(scope: Scope) -> Iterator[CountLine]:
    if scope.user.has_perm(VOICES):
        yield _voices(scope)
        yield from _pictures(scope)
    if scope.user.has_perm(VIEW):
        yield _consents(scope)


def _voices(scope: Scope) -> CountLine:
    today, soon = scope.today, scope.today + timedelta(days=SOON_DAYS)
    lasting = Q(withdrawn_on=None, signed_on__lte=today) & (Q(until=None) | Q(until__gte=today))
    conditions = {
        "valables": lasting,
        "bientot": lasting & Q(until__lte=soon),
        "echus": Q(withdrawn_on=None, until__lt=today),
        "retires": Q(withdrawn_on__isnull=False),
    }
    return CountLine(
        "voix", "Autorisations de voix", online_voices(scope).filter(scope.days("signed_on")), conditions, VOICE
    )


def visible_pictures(scope: Scope) -> QuerySet[PortalImage] | None:
    """The pictures of people that the reader may change; None for a région, of which no picture is."""
    if scope.region:
        return None
    pictures = image_policy.instances_user_has_permission_for(scope.user, "change")
    return pictures.filter(scope.follows("uploaded_by_user"), shows_people=True)


def _pictures(scope: Scope) -> Iterator[CountLine]:
    """Over: as ``PortalImage.consent_has_expired`` says."""
    pictures = visible_pictures(scope)
    if pictures is not None:
        lasting = Q(consent_until__gte=scope.today)
        conditions = {
            "valables": lasting,
            "bientot": lasting & Q(consent_until__lte=scope.today + timedelta(days=SOON_DAYS)),
            "echus": Q(consent_until__lt=scope.today),
            "manquants": Q(consent_until=None),
        }
        dated = pictures.filter(scope.times("created_at"))
        yield CountLine("images", "Images où des personnes se reconnaissent", dated, conditions, PICTURE)


def _consents(scope: Scope) -> CountLine:
    """Valid: as ``consent_is_valid`` says."""
    conditions = {
        "valables": Q(consent__allows_notes=True, consent__withdrawn_on=None),
        "retires": Q(consent__withdrawn_on__isnull=False),
        "manquants": Q(consent__isnull=True) | Q(consent__allows_notes=False, consent__withdrawn_on=None),
    }
    interviews = visible_interviews(scope).filter(scope.days("consent__given_on"))
    return CountLine("entretiens", "Consentements d’entretien", interviews, conditions, INTERVIEW)
