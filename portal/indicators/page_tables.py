"""Numbers on the sheets and the episodes that the reader may change, by stage."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, Value
from django.urls import reverse
from django.utils.text import slugify
from wagtail.permissions import page_permission_policy

from caps_sheets.capitalisation.case_files.permissions import VIEW
from caps_sheets.capitalisation.sheet_list import sheets_of
from caps_sheets.models import SheetClsm
from caps_sheets.podcasts.models import EpisodePage
from caps_sheets.podcasts.permissions import VOICES
from portal.base.dates import months_ago
from portal.indicators.case_tables import LONG_MONTHS
from portal.indicators.counts import CountLine, CountTable, Shown
from portal.indicators.scope import Scope
from portal.moderation.work_lists import DRAFT, OFFLINE, ONLINE, RETURNED, with_stage


def edit_url(pk: int) -> str:
    return reverse("wagtailadmin_pages:edit", args=[pk])


CHANGED = "latest_revision_created_at"
PAGE = Shown(
    title=F("draft_title"),
    detail=F("stage"),
    at=CHANGED,
    dated="modifiée le",
    link=edit_url,
    first=(F(CHANGED).asc(nulls_first=True), "pk"),
)


def page_tables(scope: Scope) -> Iterator[CountTable]:
    if not scope.user.has_perm(VIEW):
        return
    groups = [sheets(scope)]
    if scope.user.has_perm(VOICES):
        groups.append(episodes(scope))
    held = _stages(groups)
    for group in groups:
        yield _table(group, held[group.key], scope)


@dataclass(frozen=True)
class Pages:
    """``every``: those that the reader may change; ``mine``: those of the scope."""

    key: str
    noun: str
    every: QuerySet[Any]
    mine: QuerySet[Any]


def sheets(scope: Scope) -> Pages:
    every = sheets_of(scope.user)
    mine = every.filter(scope.times(CHANGED), scope.follows("person_id"))
    if scope.region:
        carried = SheetClsm.objects.filter(scope.in_region("clsm"))
        mine = mine.filter(pk__in=carried.values("page"))
    return Pages("fiches", "Fiches CAPS", every, mine)


def episodes(scope: Scope) -> Pages:
    """For those who prepare episodes."""
    allowed = page_permission_policy.instances_user_has_permission_for(scope.user, "change")
    every = with_stage(EpisodePage.objects.filter(pk__in=allowed.order_by().values("pk")))
    mine = every.filter(scope.times(CHANGED), scope.follows("owner"))
    if scope.region:
        mine = mine.filter(pk__in=EpisodePage.objects.filter(scope.in_region("clsm_items__clsm")).values("pk"))
    return Pages("episodes", "Épisodes", every, mine)


def _stages(groups: list[Pages]) -> dict[str, set[str]]:
    """The stages where a page of each group is, whatever the filters. One query."""
    parts = [
        group.every.order_by().annotate(group=Value(group.key, CharField())).values_list("group", "stage").distinct()
        for group in groups
    ]
    held: dict[str, set[str]] = {group.key: set() for group in groups}
    for key, stage in parts[0].union(*parts[1:], all=True):
        held[key] |= {stage} if stage else set()
    return held


def _table(group: Pages, held: set[str], scope: Scope) -> CountTable:
    """The steps of the workflow stand between the draft and the other stages."""
    long_ago = months_ago(LONG_MONTHS, scope.today)
    conditions = {"toutes": Q(), "longtemps": Q(**{f"{CHANGED}__lt": long_ago})}
    steps = sorted(held - {DRAFT, RETURNED, ONLINE, OFFLINE})
    lines = [CountLine("toutes", "Toutes les étapes", group.mine, conditions, PAGE)]
    lines += [
        CountLine(slugify(stage), stage, group.mine.filter(stage=stage), conditions, PAGE)
        for stage in (DRAFT, *steps, RETURNED, ONLINE, OFFLINE)
    ]
    return CountTable(
        group.key,
        f"{group.noun} par étape",
        "La période est celle de la dernière modification.",
        "Étape",
        {"toutes": group.noun, "longtemps": f"Dont sans changement depuis {LONG_MONTHS} mois"},
        lines,
    )
