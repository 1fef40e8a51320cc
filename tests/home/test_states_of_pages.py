"""What a page says in each state of what it shows: help, a portrait whose consent ends, the notices of a digest."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.core import mail
from django.core.management import call_command

from portal.moderation.models import Notice, Rhythm
from portal.moderation.notices.digests import choose_rhythm
from portal.moderation.notifications import tell
from portal.users.models import User
from tests.factories.capitalisation import make_answer
from tests.factories.medialib import make_portrait
from tests.factories.network import make_clsm, make_theme
from tests.factories.podcasts import make_episode, make_show
from tests.factories.sheets import make_sheet
from tests.factories.site import make_news, make_standard_page

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:Unclosed file <tempfile:ResourceWarning"),
]


def test_every_kind_of_page_on_a_theme_of_suicide_shows_the_3114(client, home):
    theme, other = make_theme("prevention-du-suicide", shows_help=True), make_theme("sism")
    make_show()
    for one in (theme, other):
        clsm = make_clsm(themes=[one])
        answer = make_answer(clsm=clsm, main_theme=one)
        answer.themes.set([one])
        pages = [make_sheet(themes=[one], clsms=[clsm]), make_episode(themes=[one], content_note="Note.")]
        addresses = [f"/themes/{one.slug}/", answer.url, *(page.url for page in pages)]
        for address in addresses:
            main = client.get(address).content.decode().split("<main")[1].split("</main>")[0]
            assert ('href="tel:3114"' in main) is (one == theme), address


def test_a_page_marked_as_speaking_of_suicide_shows_the_3114_and_says_it_in_feeds(client, home):
    for marked in (True, False):
        title = f"Titre {marked}"
        page = make_standard_page(home, title=title, shows_help=marked)
        for address in (make_news(title=title, introduction="Chapeau.", shows_help=marked).url, page.url):
            main = client.get(address).content.decode().split("<main")[1].split("</main>")[0]
            assert ('href="tel:3114"' in main) is marked, address
    items = ElementTree.fromstring(client.get("/actualites/flux.xml").content).iter("item")
    told = {item.findtext("title"): "3114" in item.findtext("description") for item in items}
    assert told == {"Titre True": True, "Titre False": False}


def test_a_portrait_is_shown_until_the_last_day_in_paris_and_nowhere_after(client, home, month_end):
    month_end.move_to(datetime(2027, 1, 31, 22, 30, tzinfo=UTC))
    portrait = make_portrait(date(2027, 1, 31))
    make_show()
    sheet = make_sheet(image=portrait, image_is_decorative=True)
    pages = [sheet, make_news(image=portrait), make_episode(image=portrait, sheets=[sheet])]
    lists = ["/", "/fiches/", "/actualites/", "/clsm/", "/podcast/", "/podcast/flux.xml", "/fiches/flux.xml"]
    stem = f"/images/{Path(portrait.file.name).stem}."
    showing, marks = [], {}
    for address in [*(page.url for page in pages), *lists]:
        response = client.get(address)
        marks[address] = response.get("ETag", "")
        if stem in response.content.decode():
            showing.append(address)
    assert {page.url for page in pages} <= set(showing), "the faults below are those of pages that showed it"
    month_end.shift(timedelta(hours=1))
    for address in showing:
        known = {"If-None-Match": marks[address]} if marks[address] else {}
        response = client.get(address, headers=known)
        assert response.status_code == 200 and stem not in response.content.decode(), address


def test_each_notice_of_a_digest_has_its_own_link(month_end):
    person = User.objects.create_user("lectrice@clsm.example")
    choose_rhythm(person, Rhythm.DAILY)
    for step in ("une", "deux"):
        tell("review_returned", [person], link=f"/mon-clsm/{step}/", step=step, reviewer="Camille", reason="motif")
    month_end.shift(timedelta(days=1))
    call_command("send_notices")
    [message] = mail.outbox
    links = re.findall(r"Pour y aller\xa0: http://testserver(\S+)", message.body)
    assert sorted(links) == ["/mon-clsm/deux/", "/mon-clsm/une/"]
    assert Notice.objects.filter(emailed_at=None).count() == 0
