"""Characters that a database keeps and that a file refuses: cleaned where text enters, and by every writer."""

import csv
import io
import json
import re
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from html import escape

import pytest
from django.urls import reverse
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree
from openpyxl import load_workbook
from wagtail.admin.views.mixins import SpreadsheetExportMixin
from wagtail.models import Page

from caps_sheets.podcasts.feeds.rss import Person, Place, write
from caps_sheets.podcasts.formats.chapters import Chapter
from portal.base.characters import clean, normalize
from portal.base.feeds import CleanRssFeed
from portal.base.tables.writer import SheetColumn, csv_lines, xlsx_response
from portal.moderation.models import ErrorReport
from portal.taxonomies.models import Theme
from search.outputs.feeds import AtomFeed
from tests.architecture.sources import files, shown
from tests.factories.network import make_theme
from tests.factories.podcasts import make_episode
from tests.factories.sheets import make_sheet
from tests.factories.site import make_news, make_standard_page
from tests.podcasts.feed_world import sample_channel, sample_item

#: Pasted from a word processor: the example given by the Centre.
PASTED = "Titre d'essai\x0bcollé"
HOSTILE = "\x00\x08\x0b\x0c\x1b\x1f\x7f\x85\x9f\u2028\u2029\udfff\ud800\ufdd0\ufffe\uffff\U0001ffff\u202e\u2066"
#: What a form can carry: an encoding has no lone surrogate, and JSON writes them as escapes.
SENT = HOSTILE.replace("\udfff\ud800", "")
texts = st.text(alphabet=st.one_of(st.sampled_from(HOSTILE + "=+-@\t\r\n<&]>'\"é’ "), st.characters()), max_size=60)


@given(texts)
@example(HOSTILE)
def test_a_clean_text_is_stored_and_written_everywhere(text):
    found = clean(text)
    assert clean(found) == found
    assert not set(found) & set(HOSTILE)
    assert etree.fromstring(f"<a>{escape(found)}</a>".encode()).tag == "a"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (PASTED, "Titre d'essai collé"),
        *[(f"mot{end}suite", "mot suite") for end in "\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029"],
        ("mot \u2028\u2029 suite", "mot suite"),
        ("\u200b\xad \u2060", ""),
        ("réu\xadnion 👩\u200d⚕\ufe0f", "réu\xadnion 👩\u200d⚕\ufe0f"),
        (" \t\n", " \t\n"),
        ("mot\x08 et \ufffesuite\uffff", "mot et suite"),
        ("L’isolement,\tœuvre\r\n« aînés » — 3\u202f% → 😀\n", "L’isolement,\tœuvre\r\n« aînés » — 3\u202f% → 😀\n"),
        ("شبكة", "شبكة"),
        ("e" + "\u0301" * 40, "e" + "\u0301" * 30),
    ],
)
def test_what_is_meant_stays(typed, kept):
    assert clean(typed) == kept


@given(texts)
@example(HOSTILE)
def test_no_text_breaks_a_feed(text):
    now = datetime(2026, 1, 1, tzinfo=UTC)
    for kind in (CleanRssFeed, AtomFeed):
        feed = kind(title=text, link="/", description=text, author_name=text, feed_copyright=text, feed_url="/flux")
        feed.add_item(title=text, link="/a", description=text, categories=[text], pubdate=now, updateddate=now)
        assert etree.fromstring(feed.writeString("utf-8").encode()).getchildren()
    item = replace(
        sample_item(1), title=text, summary=text, notes=text, themes=(text,), season_name=text,
        chapters=(Chapter(0, text, text),), persons=(Person(text, True, text),), places=(Place(text),),
    )  # fmt: skip
    channel = sample_channel(1, title=text, description=text, author=text, copyright=text, items=(item,))
    assert etree.fromstring(write(channel))[0].find("item") is not None


class Row:
    def __init__(self, text: str) -> None:
        self.text, self.texts = text, [text]

    def __str__(self) -> str:
        return self.text


class Export(SpreadsheetExportMixin):
    """A report of Wagtail: a text, a list of texts, and an object shown by its name."""

    list_export = ("text", "texts", "__str__")
    export_headings = {"text": "Texte", "texts": "Textes", "__str__": "Nom"}


@settings(max_examples=30, deadline=None)
@given(texts)
@example(HOSTILE)
@example("=HYPERLINK(1)")
@example("\x08=1+1")
def test_no_text_breaks_or_runs_in_a_table(text):
    ours = xlsx_response("essai", [SheetColumn("Texte")], [[text]], {"Texte": text})
    stock = Export().write_xlsx_response([Row(text)])
    for book in (ours, stock):
        content = b"".join(book.streaming_content)
        for name in zipfile.ZipFile(io.BytesIO(content)).namelist():
            etree.fromstring(zipfile.ZipFile(io.BytesIO(content)).read(name))
        sheet = load_workbook(io.BytesIO(content)).worksheets[0]
        assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}
    lines = ["".join(csv_lines(["Texte"], [[text]])), Export().write_csv_response([Row(text)]).getvalue().decode()]
    for line in lines:
        cells = list(csv.reader(io.StringIO(line, newline=""), delimiter=";"))[1]
        assert all(cell == "" or cell[0] not in "=+-@\t\r\n＝＋－＠" for cell in cells)
        assert not set(line.removeprefix("\ufeff")) & set(HOSTILE)


@pytest.mark.django_db
class TestWhereTextEnters:
    def test_a_form_of_a_visitor(self, client, home):
        client.post(reverse("report_error", args=[home.pk]), {"message": f"Une erreur : {PASTED}\x00 {SENT}fin"})
        assert ErrorReport.objects.get().message == "Une erreur : Titre d'essai collé fin"

    def test_a_rich_text_of_the_back_office_sent_as_json(self, admin_client, home):
        page = make_standard_page(home, title="Page d’essai", slug="page-essai")
        state = {"blocks": [{"key": "a", "type": "unstyled", "text": HOSTILE + PASTED}], "entityMap": {}}
        data = {
            "title": PASTED, "slug": page.slug, "introduction": "", "body-count": "1", "body-0-deleted": "",
            "body-0-order": "0", "body-0-type": "paragraph", "body-0-id": "", "body-0-value": json.dumps(state),
            "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0",
        }  # fmt: skip
        assert admin_client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data).status_code == 302
        page.refresh_from_db()
        draft = page.get_latest_revision_as_object()
        assert draft.title == "Titre d'essai collé"
        assert "> Titre d'essai collé</p>" in str(draft.body.raw_data[0]["value"])
        assert not set(json.dumps(page.latest_revision.content, ensure_ascii=False)) & set(HOSTILE)

    def test_what_code_saves(self, client, home):
        news = make_news(title=PASTED, introduction=f"Chapeau{HOSTILE}", body=[("paragraph", f"<p>Corps{HOSTILE}</p>")])
        news.refresh_from_db()
        assert (news.title, news.introduction) == ("Titre d'essai collé", "Chapeau ")
        assert news.body.raw_data[0]["value"] == "<p>Corps </p>"
        etree.fromstring(client.get("/actualites/flux.xml").content)

    def test_a_revision_written_by_code(self, home):
        page = make_standard_page(home, title="Page", body=[("paragraph", f"<p>{PASTED}\ud800</p>")])
        page.body = [("paragraph", f"<p>{PASTED}\ud800</p>")]
        content = page.save_revision(clean=False).content
        assert json.loads(content["body"])[0]["value"] == "<p>Titre d'essai collé</p>"

    @pytest.mark.parametrize("path", ["/fiches/%00/", "/%08", "/admin/pages/%0B/", "/documents/1/%EF%BF%BE"])
    def test_an_address(self, client, path):
        assert client.get(path).status_code == 404

    def test_words_looked_up(self, admin_client, client, home):
        assert client.get("/recherche/", {"q": f"isolement{SENT}"}).context["query"].text == "isolement"
        response = admin_client.get(reverse("wagtailadmin_pages:search"), {"q": "accueil\x00"})
        assert response.context["query_string"] == "accueil"
        assert Page.objects.filter(pk=home.pk).exists()


@pytest.mark.django_db
class TestWhatWasStoredBefore:
    """Written around every entry: by an older portal, or straight in the database."""

    def test_a_site_map(self, client, home):
        page = make_standard_page(home, title="Page", slug="page-essai")
        make_theme("essai"), make_sheet(themes=[make_theme("essai")])
        Theme.objects.filter(slug="essai").update(slug="theme\x08\ufffe")
        Page.objects.filter(pk=page.pk).update(slug="page\x08\ufffe", url_path=f"{home.url_path}page\x08\ufffe/")
        for part in ("pages", "themes", "actions"):
            content = client.get(f"/sitemap-{part}.xml").content
            locations = [entry[0].text for entry in etree.fromstring(content)]
            assert not set(content.decode()) & set(HOSTILE) and len(set(locations)) == len(locations)

    def test_the_data_that_machines_read_in_a_page(self, client, home):
        episode = make_episode(title="Épisode")
        Page.objects.filter(pk=episode.pk).update(title=f"Épisode{SENT}</script>")
        page = client.get(episode.url).content.decode()
        data = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
        assert data and not set("".join(data)) & set(HOSTILE)
        assert json.loads(data[0])["name"] == "Épisode </script>"


def seconds(work: Callable[[], object]) -> float:
    def once() -> float:
        start = time.process_time()
        work()
        return time.process_time() - start

    return min(once() for _ in range(3))


def test_normalising_takes_a_time_that_grows_with_the_length():
    """Marks of two classes in turn are put in order one by one: sixteen times the time for four times the length."""
    short, long = ("e" + "\u0301\u0323" * (size // 2) for size in (25_000, 100_000))
    for form in ("NFC", "NFKD"):
        assert seconds(lambda form=form: normalize(form, long)) < 8 * seconds(lambda form=form: normalize(form, short))
    assert seconds(lambda: clean(long)) < 8 * seconds(lambda: clean(short))


def test_nothing_normalises_by_another_way():
    ours = [path for path in files(".py") if not shown(path).startswith("tests/")]
    assert [shown(path) for path in ours if "unicodedata.normalize(" in path.read_text()] == [
        "portal/base/characters.py"
    ]
