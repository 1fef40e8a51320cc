"""Every form of the product as a screen shows it, read from the list of forms in a world that has one of everything."""

import inspect
import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, Resolver404, resolve, reverse

from caps_sheets.capitalisation.interviews.grids import copy_grid
from caps_sheets.capitalisation.models import CensusState, ProofreadingLink
from network.coordination.invitations import waiting_letters
from portal.base.signed_links import token_of
from portal.imports.models import ImportStep
from portal.moderation.models import Notice
from tests.capitalisation.proofreading import reply_of
from tests.e2e.served import SITE
from tests.factories.capitalisation import make_answer
from tests.factories.imports import make_import
from tests.factories.network import make_clsm
from tests.factories.sheets import make_sheet
from tests.form_views import OURS, forms
from tests.security.addresses import every_address
from tests.security.departure_world import IN_POST
from tests.security.matrix_world import ROOT, VISITOR, MatrixWorld

#: The sidebar of the back office adds its own.
POSTS = "form[method=post]:not([action*=logout]), form[method=POST]:not([action*=logout])"
TYPED = "input:not([type=hidden], [type=submit], [type=button]), textarea, select"

WHO = {"/admin/": ROOT, "/mon-clsm/": IN_POST, "/compte/": IN_POST}


class FormScreen(NamedTuple):
    """``names``: of the fields where something is typed, their numbers as N."""

    view: str
    names: tuple[str, ...]
    who: str
    address: str


def view_at(path: str) -> tuple[str, str]:
    """The view that answers there, as the list of forms names it; and its module."""
    match = resolve(path)
    owner = getattr(match.func, "view_class", None) or inspect.unwrap(match.func)
    return match.view_name if match.url_name else owner.__name__, owner.__module__


class Screens:
    def __init__(self) -> None:
        self.world = MatrixWorld()
        self.clients = {who: Client() for who in (ROOT, IN_POST, VISITOR)}
        for who in (ROOT, IN_POST):
            self.clients[who].force_login(self.world.people[who])

    def addresses(self) -> Iterator[str]:
        for address in every_address():
            try:
                path = address.path(self.world.values(address))
                _, module = view_at(path)
            except (NoReverseMatch, Resolver404, KeyError, ValueError):
                continue
            if module.startswith(OURS):
                yield path
        yield from self._in_another_state()

    def _in_another_state(self) -> list[str]:
        """Screens that the world shows closed: of a public sheet, a profile that nobody keeps, a link that lives."""
        world, sheet = self.world, make_sheet(clsms=[self.world.clsm])
        Notice.objects.create(recipient=world.people[ROOT], subject="Avis", message="Avis", page=sheet)
        living = ProofreadingLink.objects.create(reply=reply_of(world.round, world.clsm), address="a@val.example")
        recorded = make_answer(clsm=world.clsm, state=CensusState.RECORDED)
        copied = copy_grid(world.interview.grid, by=world.centre)
        checked, running = [
            [(kind, make_import(kind, world.people[ROOT], step)) for kind in ("census", "clsm")]
            for step in (ImportStep.REPORT, ImportStep.CHECK)
        ]
        return [
            reverse("wagtailadmin_home"),
            waiting_letters(world.invitation).get().link,
            reverse("report_error", args=[sheet.pk]),
            reverse("sheet_life", args=[sheet.pk]),
            reverse("prepare_episode", args=[sheet.pk]),
            reverse("propose_reuse", args=[world.clsm.pk, sheet.pk]),
            reverse("claim", args=[make_clsm().pk]),
            reverse("proofreading_by_link", args=[token_of(living)]),
            reverse("case_files:open", args=[recorded.pk]),
            reverse("interview_grids:edit", args=[copied.pk]),
            *(reverse(f"{kind}_import:table", args=[table.pk]) for kind, table in (*checked, *running)),
            *(reverse(f"{kind}_import:headings", args=[table.pk]) for kind, table in checked),
            *(reverse(f"{kind}_import:line", args=[table.pk, 2]) for kind, table in checked),
            *(reverse(f"{kind}_import:index") for kind, _ in checked),
        ]

    def found(self) -> tuple[list[FormScreen], set[str]]:
        """The forms where something is typed, each once; and the views whose forms are buttons."""
        known = {form.name for form in forms()}
        typed: dict[tuple[str, tuple[str, ...]], FormScreen] = {}
        buttons = set()
        for path in self.addresses():
            who = next((name for start, name in WHO.items() if path.startswith(start)), VISITOR)
            for address, form in posted_forms(self.clients[who].get(path, follow=True), path):
                view, _ = view_at(urlsplit(urljoin(f"{SITE}{address}", str(form.get("action") or ""))).path)
                names = sorted({re.sub(r"\d+", "N", str(one["name"])) for one in form.select(TYPED) if one.get("name")})
                if view in known and names:
                    typed.setdefault((view, tuple(names)), FormScreen(view, tuple(names), who, address))
                elif view in known:
                    buttons.add(view)
        return list(typed.values()), buttons - {view for view, _ in typed}


def posted_forms(response: HttpResponse, path: str) -> Iterator[tuple[str, Tag]]:
    if response.streaming:
        list(response.streaming_content)  # read to its end, so that its file is closed
    elif response.status_code == 200 and "html" in response["Content-Type"]:
        address = response.redirect_chain[-1][0] if response.redirect_chain else path
        for form in BeautifulSoup(response.content, "html.parser").select(POSTS):
            yield address, form
