"""Every file of the library is public while a public page uses it, and at no other address nor time."""

import re
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from modelcluster.fields import ParentalKey
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction

from caps_sheets.capitalisation.models import ProofreadingLink
from caps_sheets.podcasts.models.episode_links import embed_url, feed_url
from portal.base.models import NewsIndexPage
from portal.base.references import relations
from portal.base.signed_links import token_of
from portal.medialib.models import PortalDocument, PortalImage
from portal.medialib.permissions import KEY_LIFE
from portal.site_setup.roles import COORDINATION, EDITING
from portal.users.models import User
from tests.capitalisation.proofreading import make_coordinator, make_round, reply_of
from tests.factories.capitalisation import make_member
from tests.factories.medialib import make_image, make_portrait
from tests.factories.network import make_clsm, make_list
from tests.factories.podcasts import make_episode, make_show
from tests.factories.sheets import make_sheet
from tests.factories.site import make_news, make_private
from tests.medialib.photos import MARK, jpeg, photo

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("references_noted")]

ADDRESS = re.compile(r"/media/[^\"'?\s<]+|/documents/\d+/[^\"'?\s<]+")
CONTENT = b"%PDF-1.7 " + bytes(400)


def make_document(**kw: object) -> PortalDocument:
    return PortalDocument.objects.create(title="Charte", file=ContentFile(CONTENT, name="charte.pdf"), **kw)


def make_page_with(image=None, document=None):
    """A public page with that picture and that document."""
    body = [("documents", [{"document": document, "title": ""}])] if document else []
    return make_news(image=image, image_alt="Atelier", body=body)


def stored_addresses() -> list[str]:
    """Every address that a web server would give to what lies on the disk."""
    root = Path(settings.MEDIA_ROOT)
    names = [path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()]
    return [f"{settings.MEDIA_URL}{name}" for name in names]


def status(client, address: str) -> int:
    response = client.get(address)
    read(response)
    return response.status_code


def read(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    """A home page and a list of news: what these pages need, and no more."""
    settings.PRIVATE_MEDIA_ROOT, settings.MEDIA_ROOT = tmp_path, tmp_path / "mediatheque"
    cache.clear()  # where Wagtail keeps the renditions of the images of earlier tests, under the same numbers
    make_list(NewsIndexPage, "Actualités", "actualites")


@pytest.fixture
def world():
    """A page of each kind that shows pictures or documents, and its addresses."""
    image = make_image(file=photo())
    square = make_image(file=photo(content=jpeg(6, (1400, 1400))))
    document = make_document()
    show = make_show(artwork=square)
    pages = {
        "news": make_page_with(image, document),
        "sheet": make_sheet(image=image, image_alt="Atelier"),
        "show": show,
        "episode": make_episode(show=show, image=square),
        "clsm": make_clsm(roadmap_document=document),
    }
    return pages


def public_addresses(pages: dict) -> list[str]:
    return [
        *(page.url for page in pages.values()),
        feed_url(pages["show"]),
        "/fiches/flux.xml",
        "/recherche/?q=atelier",
    ]


def test_no_byte_of_the_notes_of_a_photo_is_reachable_nor_any_original(client, world):
    found = set()
    for address in public_addresses(world):
        response = client.get(address)
        content = read(response)
        assert response.status_code == 200 and MARK not in content, address
        found |= set(ADDRESS.findall(content.decode(errors="replace").replace("http://testserver", "")))
    assert {name.rpartition(".")[2] for name in found} >= {"jpg", "webp", "pdf"}, "pictures of pages, feeds, documents"
    for address in found:
        response = client.get(address)
        assert response.status_code == 200 and MARK not in read(response), address
    on_disk = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    assert on_disk and not [path for path in on_disk if MARK in path.read_bytes()]
    second = [address for address in stored_addresses() if not address.startswith("/media/images/")]
    assert {address.split("/")[2] for address in second} == {"original_images", "documents"}
    assert {status(client, address) for address in second} == {404}


def withdraw(page):
    page.unpublish()


def end(page):
    type(page).objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(seconds=1))


def restrict(page):
    make_private(page)


def rewrite(page):
    """A newer text without its picture nor its document."""
    page.image, page.body = None, []
    page.save_revision().publish()


@pytest.mark.parametrize("act", [withdraw, end, restrict, rewrite])
def test_a_file_leaves_with_the_last_page_that_showed_it(client, act):
    image, document = make_image(), make_document()
    first, second = make_page_with(image, document), make_page_with(image)
    picture = ADDRESS.search(client.get(first.url).content.decode())[0]
    assert (status(client, picture), status(client, document.url)) == (200, 200)
    act(first)
    assert (status(client, picture), status(client, document.url)) == (200, 404), "another page shows the picture"
    act(second)
    assert status(client, picture) == 404


def test_nothing_is_public_before_a_public_page_carries_it(client):
    image, document = make_image(), make_document()
    drawn = image.get_rendition("width-100").url
    assert {status(client, address) for address in [*stored_addresses(), drawn, document.url]} == {404}
    draft = make_news(title="Brouillon")
    draft.image = image
    draft.save_revision()
    assert status(client, drawn) == 404
    draft.get_latest_revision().publish()
    response = client.get(drawn)
    assert (response.status_code, response["Cache-Control"]) == (200, "public, max-age=300")
    read(response)


def test_a_picture_goes_with_the_consent_of_the_people_it_shows(client):
    """From every page, card, feed and set of data that shows one, and from the address that it had there."""
    today = timezone.localdate()
    image = make_portrait(today, file=photo(content=jpeg(size=(1400, 1400))))
    in_text = [("captioned_image", {"image": image, "caption": "Atelier"})]
    show = make_show(artwork=image)
    sheet = make_sheet(image=image, image_alt="Atelier")
    episode = make_episode(show=show, image=image)
    pages = [make_page_with(image), make_news(body=in_text), sheet, show, episode]
    addresses = [*(page.url for page in pages), feed_url(show), embed_url(episode)]
    shown = {address: ADDRESS.findall(client.get(address).content.decode()) for address in addresses}
    assert all(shown.values()), shown
    pictures = {picture for found in shown.values() for picture in found if "/images/" in picture}
    assert {status(client, picture) for picture in pictures} == {200}, "the last day"
    type(image).objects.filter(pk=image.pk).update(consent_until=today - timedelta(days=1))
    cache.clear()  # the feed is kept for a day, and another test moves the clock
    for address in addresses:
        assert not ADDRESS.findall(client.get(address).content.decode()), address
    assert {status(client, picture) for picture in pictures} == {404}


def as_wide_digits(number: int) -> str:
    """Other characters for the same number, which a pattern of address may take too."""
    return "".join(chr(ord("０") + int(digit)) for digit in str(number))


class TestCollections:
    @pytest.fixture
    def collection(self):
        return Collection.get_first_root_node().add_child(name="Réservée")

    def restrict(self, collection, kind: str, **kw):
        return CollectionViewRestriction.objects.create(collection=collection, restriction_type=kind, **kw)

    @pytest.mark.parametrize("kind", [CollectionViewRestriction.LOGIN, CollectionViewRestriction.GROUPS])
    def test_a_private_document_is_nowhere(self, client, collection, kind):
        document = make_document(collection=collection)
        make_page_with(document=document)
        assert status(client, document.url) == 200
        self.restrict(collection, kind)
        assert {status(client, address) for address in [document.url, *stored_addresses()]} == {404}
        assert status(client, f"/documents/{as_wide_digits(document.pk)}/{document.filename}") == 404
        client.force_login(User.objects.create_user(email="membre@clsm.example"))
        assert status(client, document.url) == (200 if kind == CollectionViewRestriction.LOGIN else 404)

    def test_a_password_is_asked_where_a_public_page_leads_to_the_document(self, client, collection):
        document = make_document(collection=collection)
        restriction = self.restrict(collection, CollectionViewRestriction.PASSWORD, password="secret")
        assert status(client, document.url) == 404
        make_page_with(document=document)
        assert "password" in client.get(document.url).content.decode()
        address = reverse("wagtaildocs_authenticate_with_password", args=[restriction.pk])
        client.post(address, {"password": "secret", "return_url": document.url})
        response = client.get(document.url)
        assert (response.status_code, response["Cache-Control"]) == (200, "private, no-store")
        assert read(response) == CONTENT


def test_who_passed_the_restriction_of_a_page_sees_its_picture(client):
    news = make_page_with(make_image())
    restriction = PageViewRestriction.objects.create(page=news, restriction_type=PageViewRestriction.LOGIN)
    picture = news.image.get_rendition("width-100").url
    assert status(client, picture) == 404
    client.force_login(User.objects.create_user(email="membre@clsm.example"))
    response = client.get(picture)
    assert (response.status_code, response["Cache-Control"]) == (200, "private, no-store")
    read(response)
    restriction.restriction_type = PageViewRestriction.GROUPS
    restriction.save()
    assert status(client, picture) == 404


@pytest.mark.parametrize(("role", "expected"), [(EDITING, 200), (COORDINATION, 200), (None, 404)])
def test_who_may_choose_a_file_sees_it_before_it_is_public(client, role, expected):
    document, picture = make_document(), make_image().get_rendition("width-100").url
    client.force_login(make_member(role) if role else User.objects.create_user(email="membre@clsm.example"))
    assert (status(client, picture), status(client, document.url)) == (expected, expected)
    originals = [address for address in stored_addresses() if "/images/" not in address]
    assert {status(client, address) for address in originals} == {404}


def test_the_reader_of_a_signed_link_sees_the_pictures_of_that_text(client, monkeypatch):
    clsm = make_clsm(title="CLSM du Val")
    make_coordinator(clsm)
    asked = make_round(clsm, image=make_image(), image_alt="Atelier")
    link = ProofreadingLink.objects.create(reply=reply_of(asked, clsm), address="clsm@val.example")
    page = client.get(reverse("proofreading_by_link", args=[token_of(link)])).content.decode()
    picture = re.search(r'src="(/media/images/[^"]+)"', page)[1]
    assert status(client, picture) == 200
    other = make_image().get_rendition("width-100").url
    assert status(client, picture.partition("?")[0]) == 404
    assert status(client, f"{other}?{picture.partition('?')[2]}") == 404
    later = time.time() + KEY_LIFE.total_seconds() + 1
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert status(client, picture) == 404


def test_the_answer_costs_few_queries_whatever_the_number_of_pages(client):
    image, document = make_image(), make_document()
    counts = []
    for _ in range(2):
        for _ in range(5):
            news = make_page_with(image, document)
        picture = ADDRESS.search(client.get(news.url).content.decode())[0]
        for address in (picture, document.url):
            with CaptureQueriesContext(connection) as queries:
                assert status(client, address) == 200
            counts.append(len(queries))
    assert counts[:2] == counts[2:] and max(counts) <= 6, counts


def test_a_picture_of_ten_pages_with_restrictions_costs_few_queries(client):
    image = make_image()
    for _ in range(10):
        make_private(make_page_with(image))
    picture = image.get_rendition("width-100").url
    with CaptureQueriesContext(connection) as queries:
        assert status(client, picture) == 404
    assert len(queries) <= 15


def test_unchanged_files_are_not_sent_again(client):
    document = make_document()
    make_page_with(document=document)
    response = client.get(document.url)
    assert response["Content-Disposition"] == "inline" and response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("default-src 'none'")
    read(response)
    assert client.get(document.url, headers={"If-None-Match": response["ETag"]}).status_code == 304
    assert client.post(document.url).status_code == 405


def test_a_worker_that_is_late_hides_nothing_and_keeps_nothing(client, settings):
    """Who uses a file is noted at once, and a replaced file goes at once, even when e-mails wait for a worker."""
    settings.TASKS = {"default": {"BACKEND": "portal.base.task_backends.WorkerBackend"}}
    document = make_document()
    page = make_page_with(document=document)
    assert status(client, document.url) == 200
    page.body = []
    page.save_revision().publish()
    assert status(client, document.url) == 404


def test_only_pages_carry_files():
    """``pages_using`` asks pages alone: a picture that a setting or a snippet would show is to be thought of first."""
    own = {"PortalRendition", "TaggedItem"}
    holders = {relation.related_model for target in (PortalImage, PortalDocument) for relation in relations(target)}
    elsewhere = [
        model.__name__
        for model in holders
        if not issubclass(model, Page) and not any(isinstance(field, ParentalKey) for field in model._meta.fields)
    ]
    assert set(elsewhere) <= own and any(issubclass(model, Page) for model in holders)
