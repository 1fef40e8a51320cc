"""What falls due: case files, interviews, ends of posts, agreements of voices."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from django.db.models import F, Q

from caps_sheets.capitalisation.case_files.permissions import VIEW, visible_to
from caps_sheets.capitalisation.models import CaseStatus
from caps_sheets.podcasts.permissions import VOICES
from network.coordination.admin_views import RIGHT
from network.models import CoordinatorAssignment
from portal.indicators.case_tables import (
    CASE_FILE,
    INTERVIEW,
    PICTURE,
    VOICE,
    online_voices,
    visible_interviews,
    visible_pictures,
)
from portal.indicators.counts import CountLine, CountTable, Shown
from portal.indicators.network_tables import coordination_url
from portal.indicators.scope import Scope

COLUMNS = {"depasse": "Dépassé", "semaine": "Sous 7 jours", "mois": "Sous 30 jours", "trimestre": "Sous 90 jours"}
WITHIN = {"semaine": 7, "mois": 30, "trimestre": 90}

DUE_FILE = replace(CASE_FILE, at="", on="due_on", dated="échéance le", first=("due_on", "pk"))
POST = Shown(
    title=F("clsm__title"),
    detail=F("job_title"),
    on="end",
    dated="dernier jour le",
    key="clsm_id",
    link=coordination_url,
    first=("end", "pk"),
)


def deadline_tables(scope: Scope) -> Iterator[CountTable]:
    lines = [*_files(scope), *_posts(scope), *_authorisations(scope)]
    if lines:
        yield CountTable(
            "echeances",
            "Ce qui arrive à échéance",
            "Une échéance compte dans chaque délai qui la contient, à partir d’aujourd’hui. La période est la sienne.",
            "Échéance",
            COLUMNS,
            lines,
        )


def _until(scope: Scope, field: str, *, overdue: bool = True) -> dict[str, Q]:
    past = {"depasse": Q(**{f"{field}__lt": scope.today})} if overdue else {}
    return past | {
        column: Q(**{f"{field}__gte": scope.today, f"{field}__lte": scope.today + timedelta(days=days)})
        for column, days in WITHIN.items()
    }


def _files(scope: Scope) -> Iterator[CountLine]:
    if not scope.user.has_perm(VIEW):
        return
    files = visible_to(scope.user).filter(
        scope.days("due_on"), scope.follows("owner"), scope.in_region("answer__clsm"), status=CaseStatus.ACTIVE
    )
    yield CountLine("dossiers", "Dossiers de capitalisation", files, _until(scope, "due_on"), DUE_FILE)
    interviews = visible_interviews(scope).filter(scope.days("met_on"), closed_at=None)
    yield CountLine("entretiens", "Entretiens à mener ou à clore", interviews, _until(scope, "met_on"), INTERVIEW)


def _posts(scope: Scope) -> Iterator[CountLine]:
    if scope.user.has_perm(RIGHT):
        posts = CoordinatorAssignment.objects.held(scope.today).filter(
            scope.days("end"), end__isnull=False, clsm__in=scope.profiles().values("pk")
        )
        yield CountLine("postes", "Fins de poste annoncées", posts, _until(scope, "end", overdue=False), POST)


def _authorisations(scope: Scope) -> Iterator[CountLine]:
    if scope.user.has_perm(VOICES):
        voices = online_voices(scope).filter(scope.days("until"), withdrawn_on=None)
        pictures = visible_pictures(scope)
        if pictures is not None:
            dated = pictures.filter(scope.days("consent_until"), consent_until__isnull=False)
            yield CountLine("images", "Autorisations d’images", dated, _until(scope, "consent_until"), PICTURE)
        yield CountLine("voix", "Autorisations de voix en ligne", voices, _until(scope, "until"), VOICE)
