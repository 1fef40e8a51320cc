"""Every page, screen, feed and export of a portal whose every text is hostile: nothing escapes, no form is lame."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.db import transaction
from django.test import Client, override_settings

from network.models import ClsmPage
from portal.moderation.notices.texts import write
from search.outbox import rebuild
from tests.factories import capitalisation, network, podcasts, sheets, site
from tests.rendered.faults import broken_references, escapes, holes, lame_forms
from tests.rendered.hostile import HOSTILE, MARK, fill_every_text
from tests.rendered.outlines import outlines
from tests.rendered.visiting import ADDRESS, MOST_QUERIES, OF_A_PAGE, Seen, answers, count_queries, shape, visit
from tests.rendered.world import LEAVING, build
from tests.security.addresses import every_address
from tests.security.departure_world import CENTRE, ELSEWHERE, IN_POST
from tests.security.matrix_world import MatrixWorld

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:Unclosed file <tempfile:ResourceWarning"),
]
#: Wagtail’s own, on screens without its header; and the hidden field of each form of a case file.
KNOWN = re.compile(r"header-title|id_revision|user_\d+_title|panel-child-")
NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)
KEPT = Path(__file__).with_name("screens")
#: Screens whose forms are Wagtail’s own.
WAGTAIL = re.compile(rf"^/admin/(?:pages/(?!\d+/{OF_A_PAGE})|account/|snippets/)")
STARTS = ("/", "/comptes/login/", "/guide-de-style/", "/besoin-d-aide/")
STARTS += tuple(f"/recherche/?q={words}" for words in ("zz9", "zzzz", "répit&lieu=34079"))
ENTRANCES = ("/mon-clsm/", "/compte/", "/admin/")


@pytest.fixture(scope="module")
def portal(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[list[Seen]]:
    index = tmp_path_factory.mktemp("index")
    with (
        django_db_blocker.unblock(),
        transaction.atomic(),
        override_settings(SEARCH_INDEX_ROOT=index),
        time_machine.travel(NOW, tick=False),
        pytest.MonkeyPatch.context() as patch,
    ):
        for factory in (capitalisation, network, podcasts, sheets, site):
            patch.setattr(factory, "numbers", count(1))
        world = build()
        fill_every_text()
        for clsm in ClsmPage.objects.all():
            clsm.save_revision(clean=False)
        rebuild()
        yield list(_seen(world))
        transaction.set_rollback(True)


def _seen(world: MatrixWorld) -> Iterator[Seen]:
    """What each person finds, then what each of its forms answers to an empty, a wrong and a plausible sending."""
    values = {"vide": "", "faux": HOSTILE, ADDRESS: world.people[IN_POST].email}
    rooms = [address.path(world.values(address)) for address in every_address()]
    space = [address for address in rooms if not address.startswith("/admin/")]
    starts = {"anybody": STARTS, IN_POST: [*ENTRANCES, *space], CENTRE: [*ENTRANCES, *rooms]}
    for who in (*starts, ELSEWHERE, LEAVING):
        client = Client()
        if who in world.people:
            client.force_login(world.people[who])
        pages = visit(who, client, starts.get(who, ENTRANCES))
        yield from pages
        for page in pages:
            if is_ours(page):
                yield from answers(client, page, values)
        for page in pages:
            if page.is_html and page.status == 200:
                count_queries(client, page)


def is_ours(page: Seen) -> bool:
    return page.is_html and page.status == 200 and not WAGTAIL.match(page.address)


def faults(portal: list[Seen], find: Callable[[Seen], Iterator[str]]) -> dict[str, set[str]]:
    """fault → where it was seen."""
    found: dict[str, set[str]] = defaultdict(set)
    for page in portal:
        for fault in find(page):
            found[fault].add(str(page))
    return dict(found)


def test_no_text_is_read_as_markup(portal):
    told = [page for page in portal if "&lt;zz9" in page.text]
    assert len(told) > 100, "the texts are there, as texts"
    assert faults(portal, escapes) == {}


def test_forms_are_whole(portal):
    assert faults([page for page in portal if page.is_html and not WAGTAIL.match(page.address)], lame_forms) == {}


def test_ids_are_one_and_lead_somewhere(portal):
    found = faults([page for page in portal if page.is_html and not WAGTAIL.match(page.address)], broken_references)
    assert {fault: seen for fault, seen in found.items() if not KNOWN.search(fault)} == {}


def test_nothing_is_left_unsaid(portal):
    pages = [page for page in portal if is_ours(page)]
    assert faults(pages, holes) == {}


#: Signing in asks who one is, and keeps nothing new.
SIGNS_IN = re.compile(r"^/comptes/(?:login|password|reauthenticate|2fa)/")
PERSONAL = re.compile(r"email|first_name|last_name|phone|job_title|respondent_role")


def test_each_form_that_asks_for_personal_data_says_why(portal):
    def silent(page: Seen) -> Iterator[str]:
        for form in page.soup.select("main form[method=post]"):
            asked = {
                field["name"] for field in form.select("[name]:not([type=hidden])") if PERSONAL.search(field["name"])
            }
            if asked and not page.soup.select_one("main .privacy-note"):
                yield f"{sorted(asked)}"

    public = [page for page in portal if page.is_html and not page.address.startswith("/admin/")]
    asking = [page for page in public if not SIGNS_IN.match(page.address)]
    assert [page for page in asking if page.soup.select_one(".privacy-note")]
    assert faults(asking, silent) == {}


def test_each_screen_is_what_was_reread(portal, tmp_path):
    """After a change: put the new outlines in the place of the kept ones, and read what ``git diff`` says."""
    written, kept = outlines(portal), {path.name: path.read_text(encoding="utf-8") for path in KEPT.iterdir()}
    for name, text in written.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    changed = {name for name in written.keys() | kept.keys() if written.get(name) != kept.get(name)}
    assert not changed, f"rm -r {KEPT} && cp -r {tmp_path} {KEPT}"


#: address → queries, where they do not grow with the portal: what Wagtail asks for each list of terms of a draft, and
#: for each panel of its editor. Lower a figure when a screen asks less.
ASKING_MORE = {
    r"/admin/": 27,
    r"/admin/api/main/pages/.*": 40,
    r"/admin/capitalisation/dossiers/N/": 26,
    r"/admin/choose-page/.*": 35,
    r"/admin/pages/N/": 54,
    r"/admin/pages/N/edit/": 315,  # every block and every list filled
    r"/admin/pages/N/(?:edit/preview|view_draft|preparation|preparer-episode)/": 62,
    r"/admin/pages/search/.*": 36,
    r"/admin/pages/workflow/preview/N/N/": 62,
    r"/admin/podcasts/N/flux/": 26,
    r"/admin/recensement/(?:inspect/N|N/corriger)/": 33,
    r"/fiches/SLUG/": 22,
    r"/fiches/SLUG/versions/": 39,
    r"/admin/reseau/(?:affectations|moderation-regionale)/edit/N/": 21,
    r"/mon-clsm/N/actions/N/(?:verification/|etape/\w+/)?": 28,
    r"/mon-clsm/N/profil/": 32,
    r"/mon-clsm/N/relectures/N/": 24,
}


def test_no_screen_asks_more_of_the_database_than_agreed(portal):
    """15 queries for everybody's pages, 20 for signed-in screens; what its process reads once apart."""
    counted = [page for page in portal if page.queries]
    assert len(counted) > 300, "screens are counted"
    over = {page: page.queries for page in counted if page.queries > MOST_QUERIES[page.who == "anybody"]}
    known = {
        page: queries
        for page in over
        for address, queries in ASKING_MORE.items()
        if re.fullmatch(address, shape(page.address).removesuffix("?"))
    }
    assert {str(page): queries for page, queries in over.items() if queries > known.get(page, 0)} == {}


def test_letters_are_plain_text():
    """What a person wrote arrives as it was written, and a subject is one line."""
    for file in (Path(settings.BASE_DIR) / "templates" / "email" / "notices").glob("*.txt"):
        names = set(re.findall(r"{{ (\w+)[ |]", file.read_text(encoding="utf-8")))
        context = dict.fromkeys(names, f"{MARK}\n{MARK}") | {"page": {"title": MARK}}
        subject, body = write(file.stem, context)
        assert "&lt;" not in subject + body and "\n" not in subject, file.stem
        assert MARK in subject + body, file.stem
