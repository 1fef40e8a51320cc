"""The demonstration in order: CLSMs and their coordinators, then sheets, episodes and news."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from caps_sheets.models import SheetsIndexPage
from network.coordination.assignments import assign
from network.models import ClsmPage, ClsmRecord, DirectoryPage
from portal.demo import (
    arrivals,
    backlog,
    case_files,
    census,
    clsm_profiles,
    episodes,
    interviews,
    lifecycle,
    messages,
    news,
    publication,
    real_clsm,
    searches,
    sheet_files,
)
from portal.demo.accounts import account, make_account
from portal.demo.sheet_files import build_sheet, read_folder
from portal.users.models import User

POST_START = date(2022, 9, 1)
DAYS_BETWEEN_SHEETS = 17
DAYS_STEP, OLDEST = 23, 480
VACANT_EVERY = 9
SHARED_POST = {"saint-flour", "mayenne"}


def seed_contents() -> Iterator[str]:
    """What was added, one French line per kind of content."""
    yield f"{seed_real_clsm()} profil réel"
    yield f"{seed_profiles()} profils fictifs"
    yield f"{seed_sheets()} fiches publiées"
    yield f"{backlog.seed_waiting_sheets()} fiches en relecture ou en brouillon"
    yield f"{backlog.seed_waiting_profile()} modification de profil en attente"
    yield f"{census.seed_census()} actions déclarées"
    yield f"{case_files.seed_case_files()} dossiers de capitalisation"
    yield f"{interviews.seed_interview()} entretien"
    yield f"{arrivals.seed_arrivals()} arrivées en attente dans une coordination"
    yield f"{lifecycle.seed_life()} suites données à des fiches"
    yield f"{messages.seed_messages()} messages fictifs"
    yield f"{episodes.seed_episodes()} épisodes"
    yield f"{news.seed_news()} actualités"
    yield f"{searches.seed_recommendations()} recommandations de la recherche"
    yield f"{searches.seed_searches()} termes recherchés, inventés"


def seed_real_clsm() -> int:
    """Left unverified: nobody of this CLSM confirmed what its public report says."""
    directory = DirectoryPage.objects.get()
    if publication.exists(directory, real_clsm.SLUG):
        return 0
    page = real_clsm.build_real_clsm()
    publication.add_draft(directory, page, account("edition"))
    assign(page, account("coordination"), start=POST_START, job_title="Coordination du CLSM")
    publication.publish(page, account("administration"))
    return 1


def seed_profiles() -> int:
    """Every line of the table whose page is missing, its coordination in post unless the post is vacant."""
    directory = DirectoryPage.objects.get()
    added = 0
    for rank, row in enumerate(clsm_profiles.read_table()):
        if publication.exists(directory, row["slug"]):
            continue
        page = clsm_profiles.build_clsm(row, rank)
        page.is_vacant = rank % VACANT_EVERY == VACANT_EVERY - 1
        publication.add_draft(directory, page, account("edition"))
        if not page.is_vacant:
            assign(page, coordinator_of(row["slug"]), start=POST_START, **display(rank))
        publication.publish(page, account("administration"))
        note_verification(page, days=(rank * DAYS_STEP) % OLDEST)
        added += 1
    return added


def coordinator_of(slug: str) -> User:
    """One coordination in five has two CLSMs; the other accounts have no password."""
    if slug in SHARED_POST:
        return account("coordination2")
    return make_account(f"coordination.{slug}", "Coordination de CLSM")


def display(rank: int) -> dict[str, Any]:
    """What each coordination agrees to show, so that every case occurs."""
    return {
        "job_title": "Coordination du CLSM",
        "phone": f"01 99 00 {rank // 10:02} {rank % 100:02}",
        "shows_name": rank % 3 == 0,
        "shows_phone": rank % 4 == 0,
    }


def note_verification(page: ClsmPage, days: int) -> None:
    """« Confirmé le » goes from this week to more than a year ago, to cover the three levels of freshness."""
    day = publication.days_ago(days).date()
    ClsmRecord.objects.update_or_create(clsm=page, defaults={"verified_on": day})


def seed_sheets() -> int:
    """Every file of the folder whose page is missing; the dates of publication are spread before today."""
    index = SheetsIndexPage.objects.get()
    added = 0
    for rank, data in enumerate(read_folder(sheet_files.FOLDER)):
        if publication.exists(index, data["slug"]):
            continue
        sheet = build_sheet(data)
        sheet.first_published_at = publication.days_ago(20 + DAYS_BETWEEN_SHEETS * rank)
        publication.add_draft(index, sheet, account("accompagnement"))
        publication.publish(sheet, account("administration"))
        added += 1
    return added
