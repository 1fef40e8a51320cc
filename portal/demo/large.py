"""A fictitious portal at national scale: 330 CLSMs, 2,000 declared actions, 300 case files.

It is added to the demonstration. Profiles meet the publication rules like any other, in one save that makes them
public: no draft, no revision, no reference index until the end. Actions and case files are written in bulk, at every
state and stage, with a matching history: thousands of decisions through the services would take an hour.
"""

import random
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from django.contrib.auth.models import Group
from django.utils import timezone
from wagtail.models import ReferenceIndex
from wagtail.signal_handlers import disable_reference_index_auto_update

from caps_sheets.capitalisation.models import (
    CaseFile,
    CaseStatus,
    CensusAnswer,
    CensusChange,
    CensusState,
    Involvement,
    Progress,
    Stage,
    StageMove,
    Wish,
)
from caps_sheets.models import CapsSheetPage, SheetClsm, SheetsIndexPage
from network.coordination.assignments import assign
from network.models import ClsmPage, DirectoryPage
from network.territories.models import Commune
from portal.demo import clsm_profiles, publication
from portal.demo.accounts import account, make_account
from portal.demo.contents import POST_START
from portal.site_setup.roles import COACHING
from portal.taxonomies.models import Term, Theme, Vocabulary
from portal.users.models import User

CLSMS, ACTIONS, CASES = 330, 2_000, 300
SEED = 20261122
KEY = "grande-demonstration-"
COACHES = 12
#: Percentage of answers in each state, without those of the case files.
SHARES = {
    CensusState.DRAFT: 15,
    CensusState.SUBMITTED: 15,
    CensusState.INCOMPLETE: 10,
    CensusState.RECORDED: 45,
    CensusState.ARCHIVED: 10,
    CensusState.REFUSED: 5,
}
#: Number of case files at each stage. Stages after the writing follow the workflow of a real sheet.
STAGES = {Stage.SPOTTING: 90, Stage.FRAMING: 75, Stage.COLLECTION: 70, Stage.ANALYSIS: 45, Stage.WRITING: 20}
SUBJECTS = (
    "Café des proches", "Marche et parole", "Formation des agents d’accueil", "Ciné-débat", "Permanence d’écoute",
    "Cellule des situations complexes", "Radio de quartier", "Jardin partagé", "Théâtre-forum", "Stages d’immersion",
    "Annuaire de poche", "Pairs-aidants au centre social", "Semaine d’information", "Équipe mobile",
)  # fmt: skip


class Large:
    """The random draws, with a fixed seed, and their sources."""

    def __init__(self) -> None:
        self.random = random.Random(SEED)  # noqa: S311 - examples, not secrets
        self.today = timezone.localdate()
        self.author = account("edition")
        self.directory = DirectoryPage.objects.get()
        self.themes = list(Theme.objects.order_by("pk"))
        self.terms = {
            name: list(Term.objects.filter(vocabulary=vocabulary, parent=None).order_by("pk"))
            for name, vocabulary in (
                ("audiences", Vocabulary.AUDIENCE),
                ("settings", Vocabulary.SETTING),
                ("action_types", Vocabulary.ACTION_TYPE),
            )
        }
        self.coaches = list(coaches())

    def seed(self) -> Iterator[str]:
        """What was added, one French line per kind; a second run adds nothing."""
        yield f"{self.add_clsms()} profils de CLSM"
        yield f"{self.add_actions()} actions déclarées"
        yield f"{self.add_cases()} dossiers de capitalisation"

    # CLSMs

    def add_clsms(self) -> int:
        missing = max(CLSMS - ClsmPage.objects.count(), 0)
        with disable_reference_index_auto_update():
            pages = [self.add_clsm(rank, commune) for rank, commune in enumerate(islice(self.free_communes(), missing))]
        for page in pages:
            ReferenceIndex.create_or_update_for_object(page)
        return missing

    def add_clsm(self, rank: int, commune: Commune) -> ClsmPage:
        """One public profile. Its coordination is added afterwards, so that it is first saved with a vacant post."""
        page = clsm_profiles.build_clsm(self.row(commune), rank)
        page.live, page.is_vacant, page.owner = True, True, self.author
        page.first_published_at = page.last_published_at = publication.days_ago(rank % 400)
        self.directory.add_child(instance=page)
        if rank % 9:
            assign(page, make_account(f"coordination.{page.slug}", "Coordination de CLSM"), start=POST_START)
            ClsmPage.objects.filter(pk=page.pk).update(is_vacant=False)
        return page

    def free_communes(self) -> Iterator[Commune]:
        """The most populated communes that no profile has in its address."""
        taken = set(ClsmPage.objects.values_list("slug", flat=True))
        for commune in Commune.objects.order_by("-population", "pk")[: CLSMS * 2]:
            if f"exemple-{commune.pk.lower()}" not in taken:
                yield commune

    def row(self, commune: Commune) -> clsm_profiles.Row:
        themes = [theme.slug for theme in self.random.sample(self.themes, 3)]
        return {
            "slug": f"exemple-{commune.pk.lower()}",
            "name": commune.name,
            "codes": commune.pk,
            "scale": "communale",
            "status": "operationnel",
            "area": "urbain",
            "since": str(self.random.randint(2008, 2023)),
            "carrier": "commune",
            "hospital": "Centre hospitalier",
            "themes": " ".join(themes),
        }

    # Actions

    def add_actions(self) -> int:
        start = CensusAnswer.objects.count()
        states = self.random.choices(list(SHARES), list(SHARES.values()), k=ACTIONS)
        states[start : start + CASES] = [CensusState.CAPITALISING] * CASES
        clsms = list(ClsmPage.objects.live().order_by("pk"))
        made = [self.answer(rank, clsms[rank % len(clsms)], states[rank]) for rank in range(start, ACTIONS)]
        answers = CensusAnswer.objects.bulk_create(made, batch_size=500)
        for name, terms in self.terms.items():
            through = getattr(CensusAnswer, name).through
            rows = [through(censusanswer_id=answer.pk, term_id=self.random.choice(terms).pk) for answer in answers]
            through.objects.bulk_create(rows, batch_size=500)
        CensusChange.objects.bulk_create(list(self.changes(answers)), batch_size=500)
        return len(answers)

    def answer(self, rank: int, clsm: ClsmPage, state: CensusState) -> CensusAnswer:
        begun = self.today - timedelta(days=self.random.randint(200, 1500))
        sent = None if state == CensusState.DRAFT else timezone.now() - timedelta(days=self.random.randint(5, 400))
        return CensusAnswer(
            clsm=clsm,
            import_key=f"{KEY}{rank}",
            title=f"{self.random.choice(SUBJECTS)} n° {rank + 1}",
            description="Une action inventée, pour voir le portail à la taille du pays.",
            main_theme=self.random.choice(self.themes),
            progress=self.random.choice(Progress.values),
            involvement=self.random.choice(Involvement.values),
            start_date=begun,
            end_date=begun + timedelta(days=180) if rank % 2 else None,
            edition=timezone.localdate().year - rank % 3,
            respondent_role="Coordination de CLSM",
            respondent_email=f"reponse{rank}@portail.example",
            wish=Wish.YES if state == CensusState.CAPITALISING else self.random.choice(Wish.values),
            allows_publication=bool(rank % 4) if state != CensusState.DRAFT else None,
            state=state,
            submitted_at=sent,
            is_demo=True,
        )

    def changes(self, answers: list[CensusAnswer]) -> Iterator[CensusChange]:
        """Sent by the CLSM, then decided by the Centre three weeks later."""
        centre = account("moderation")
        for answer in answers:
            if answer.submitted_at is None:
                continue
            yield CensusChange(
                answer=answer, before=CensusState.DRAFT, after=CensusState.SUBMITTED, at=answer.submitted_at
            )
            if answer.state != CensusState.SUBMITTED:
                at = min(answer.submitted_at + timedelta(days=21), timezone.now())
                yield CensusChange(answer=answer, before=CensusState.SUBMITTED, after=answer.state, by=centre, at=at)

    # Case files

    def add_cases(self) -> int:
        free = CensusAnswer.objects.filter(state=CensusState.CAPITALISING, case_file=None, import_key__startswith=KEY)
        missing = max(CASES - CaseFile.objects.count(), 0)
        stages = [stage for stage, number in STAGES.items() for _ in range(number)]
        made = [self.case_file(rank, answer, stages[rank]) for rank, answer in enumerate(free.order_by("pk")[:missing])]
        for case_file in made:
            if case_file.stage == Stage.WRITING:
                case_file.sheet = self.draft(case_file)
        case_files = CaseFile.objects.bulk_create(made, batch_size=500)
        StageMove.objects.bulk_create(
            [move for case_file in case_files for move in self.moves(case_file)], batch_size=500
        )
        return len(case_files)

    def case_file(self, rank: int, answer: CensusAnswer, stage: Stage) -> CaseFile:
        since = timezone.now() - timedelta(days=self.random.randint(1, 120))
        return CaseFile(
            answer=answer,
            owner=self.coaches[rank % COACHES] if rank % 7 else None,
            stage=stage,
            status=CaseStatus.ACTIVE if rank % 11 else CaseStatus.POSTPONED,
            stage_since=since,
            due_on=since.date() + timedelta(days=60) if rank % 5 else None,
            created_at=since - timedelta(days=40 * stage),
        )

    def draft(self, case_file: CaseFile) -> CapsSheetPage:
        sheet = CapsSheetPage(title=case_file.answer.title, main_theme=case_file.answer.main_theme, is_demo=True)
        sheet.clsm_items = [SheetClsm(clsm=case_file.answer.clsm)]
        publication.add_draft(SheetsIndexPage.objects.get(), sheet, case_file.owner or account("edition"))
        return sheet

    def moves(self, case_file: CaseFile) -> Iterator[StageMove]:
        """One move every forty days, up to the day on which the file reached its stage."""
        for after, action in ACTIONS_TO.items():
            if after <= case_file.stage:
                at = case_file.stage_since - timedelta(days=40 * (case_file.stage - after))
                yield StageMove(case_file=case_file, action=action, before=after - 1, after=after, at=at)


#: The decision that leads to each stage.
ACTIONS_TO = {
    Stage.FRAMING: "cadrer",
    Stage.COLLECTION: "retenir",
    Stage.ANALYSIS: "analyser",
    Stage.WRITING: "rediger",
}


def coaches() -> Iterator[User]:
    group = Group.objects.get(name=COACHING)
    for number in range(1, COACHES + 1):
        user = make_account(f"accompagnement.{number}", "Accompagnement à la capitalisation")
        user.groups.add(group)
        yield user
