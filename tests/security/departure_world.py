"""A CLSM, its action, its case file and its sheet under proof-reading, after two departures."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from caps_sheets.capitalisation.case_files.edits import entrust
from caps_sheets.capitalisation.models import CaseFile, CensusDocument, CensusState, FileKind, ProofreadingLink, Stage
from caps_sheets.review.grid import setup_grid
from network.coordination.assignments import assign
from network.coordination.claims import Claimant, receive
from network.coordination.invitations import Invitee, invite
from network.models import CoordinatorAssignment
from portal.base.signed_links import token_of
from portal.site_setup.roles import ADMINISTRATION, COACHING
from portal.site_setup.workflows import setup_workflows
from portal.users.models import User
from tests.capitalisation.proofreading import reply_of, submit
from tests.factories.capitalisation import make_answer, make_case_file, make_member
from tests.factories.interviews import answer, make_file, make_interview
from tests.factories.network import make_clsm, make_coordinator
from tests.factories.sheets import make_sheet
from tests.factories.site import make_site

#: Stands in everything that these people may no longer read.
SECRET = "Zéphyrine-confidentiel"
EX, TWICE, ELSEWHERE, REVOKED, EXPIRED = "ex-coordinator", "gone twice", "elsewhere", "revoked link", "expired link"
IN_POST, OWNER, CENTRE = "in post", "owner", "centre"
#: Rooms whose every address is private, unless the test says otherwise.
ROOMS = (
    "caps_sheets.capitalisation",
    "caps_sheets.review",
    "caps_sheets.lifecycle",
    "portal.space",
    "portal.users.privacy",
    "network.coordination",
    "network.lifecycle.services",
    "network.messages",
)


class World:
    """``people``: those who left, those who hold; ``links``: signed long ago. Made once for a module."""

    def __init__(self) -> None:
        make_site()
        self.clsm = make_clsm(title="CLSM du Val")
        self.centre = make_member(ADMINISTRATION)
        setup_workflows()
        setup_grid()
        today = timezone.localdate()
        claimant = Claimant("Alix", "Exemple", "alix@val.example", "Coordination", today)
        self.claim = receive(self.clsm, claimant, sender="203.0.113.9")
        self.people = self._people()
        self.post = CoordinatorAssignment.objects.get(user=self.people[IN_POST])
        self.invitation = invite(self.clsm, Invitee("lien@val.example", today), by=None)
        self.draft = make_answer(clsm=self.clsm, state=CensusState.DRAFT, title=SECRET)
        self.action = make_answer(clsm=self.clsm, state=CensusState.CAPITALISING, allows_publication=False)
        content = ContentFile(SECRET.encode(), name="bilan.txt")
        self.document = CensusDocument.objects.create(
            answer=self.action, file=content, name="bilan.txt", mime_type="text/plain", size=20
        )
        self.case_file = self._case_file()
        self.interview = make_interview(self.case_file, notes=SECRET)
        answer(self.interview, notes=SECRET, verbatim=SECRET)
        self.file = make_file(self.interview, FileKind.TRANSCRIPT, by=self.centre)
        self.round = submit(self.case_file.sheet, self.people[TWICE])
        self.links = {REVOKED: {"revoked_at": timezone.now()}, EXPIRED: {}}
        self.links = {name: self._link(**kw) for name, kw in self.links.items()}
        ProofreadingLink.objects.filter(pk=self.links[EXPIRED].pk).update(
            created_at=timezone.now() - timedelta(days=22)
        )
        entrust(CaseFile.objects.get(pk=self.case_file.pk), self.people[OWNER], by=self.centre)

    def _people(self) -> dict[str, User]:
        people = {EX: make_coordinator(), TWICE: make_member(COACHING), OWNER: make_member(COACHING)}
        people |= {name: make_coordinator() for name in (ELSEWHERE, IN_POST)}
        yesterday = timezone.localdate() - timedelta(days=1)
        for name in (EX, TWICE):
            CoordinatorAssignment.objects.create(
                clsm=self.clsm, user=people[name], start=date(2021, 1, 1), end=yesterday
            )
        assign(make_clsm(), people[ELSEWHERE], start=date(2021, 1, 1))
        assign(self.clsm, people[IN_POST], start=date(2021, 1, 1))
        return people | {CENTRE: self.centre}

    def _case_file(self) -> CaseFile:
        author = self.people[TWICE]
        sheet = make_sheet(live=False, title=f"Fiche {SECRET}", clsms=[self.clsm], owner=author)
        sheet.save_revision(user=author)
        return make_case_file(Stage.WRITING, owner=author, answer=self.action, sheet=sheet, notes=SECRET)

    def _link(self, **kw: Any) -> ProofreadingLink:
        reply = reply_of(self.round, self.clsm)
        return ProofreadingLink.objects.create(reply=reply, address="clsm@val.example", **kw)

    def token(self, name: str) -> str:
        return token_of(self.links[name])


def names_of_the_rooms() -> set[str]:
    """Every named address whose view stands in one of ``ROOMS``."""
    return {name for name, module in _views(get_resolver()) if f"{module}.".startswith(tuple(f"{r}." for r in ROOMS))}


def _views(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, str]]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from _views(one, f"{space}{one.namespace}:" if one.namespace else space)
        elif isinstance(one, URLPattern) and one.name:
            view = one.callback
            shown = getattr(view, "view_class", None) or getattr(getattr(view, "__wrapped__", view), "view_class", view)
            yield f"{space}{one.name}", shown.__module__
