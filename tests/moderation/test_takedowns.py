"""« Retirer en urgence »: gone from every address within one request, and back by two people."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, PageLogEntry

from caps_sheets.models import CapsSheetPage, PublicationOverride
from caps_sheets.podcasts.models import EpisodePage
from portal.base.errors import RefusedError
from portal.base.models import NewsPage
from portal.medialib.models import PortalDocument, PortalImage, PortalMedia
from portal.moderation.models import Notice, Takedown, TakedownAddress
from portal.moderation.takedowns.addresses import Kind, found
from portal.moderation.takedowns.services import ask_lift, confirm_lift, take_down, target_of
from portal.site_setup.roles import ADMINISTRATION, COACHING, COORDINATION, EDITING, MODERATION
from portal.users.models import User
from search.engines.base import EngineError
from search.engines.current import get_engine
from search.engines.tantivy import TantivyEngine
from search.outbox import rebuild
from tests.factories.capitalisation import make_member
from tests.factories.medialib import make_audio, make_image
from tests.factories.network import make_clsm, make_coordinator, make_theme
from tests.factories.podcasts import make_episode, make_show
from tests.factories.review import clear
from tests.factories.sheets import make_sheet
from tests.factories.site import make_news, make_site
from tests.refusals import NO_RIGHT, assert_refused, summary, told
from tests.search_server.engines import ELASTICSEARCH, TANTIVY, engine_settings, remove_indexes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("references_noted", "saved_pages")]

WHY = "Une personne retire son accord."
WORD = "ornithorynque"


class World:
    """A sheet, an episode and a news page, each with a picture; all of them found by the search."""

    def __init__(self) -> None:
        make_site()
        self.theme = make_theme("repit", name="Répit")
        self.clsm = make_clsm(title="CLSM du Vallon")
        self.image = make_image(title="Atelier")
        self.document = PortalDocument.objects.create(
            title="Charte", file=ContentFile(b"%PDF-1.7 x", name="charte.pdf")
        )
        self.sheet = make_sheet(
            title=f"Fiche {WORD}",
            clsms=[self.clsm],
            themes=[self.theme],
            image=self.image,
            image_alt="Atelier",
        )
        self.sound = make_audio(seconds=10)
        self.show = make_show(title="La voix des CLSM", artwork=make_image(title="Pochette"))
        self.episode = make_episode(
            title=f"Épisode {WORD}",
            clsms=[self.clsm],
            sheets=[self.sheet],
            themes=[self.theme],
            audio=self.sound,
            chapters="00:00:00 Début\n00:00:03 Milieu\n00:00:06 Fin",
        )
        self.news = make_news(
            title=f"Actualité {WORD}",
            image=self.image,
            image_alt="Atelier",
            body=[("documents", [{"document": self.document, "title": ""}])],
        )
        Redirect.objects.create(old_path="/ancienne-fiche", redirect_page=self.sheet)
        for page in (self.sheet, self.news, self.episode):
            Client().get(page.url)  # draws the renditions
        rebuild()


@pytest.fixture
def world(db, request, tmp_path: Path, settings) -> Iterator[World]:
    """On the embedded engine, unless the test asks for another."""
    name = getattr(request, "param", TANTIVY)
    if name == ELASTICSEARCH and not settings.ELASTICSEARCH_TEST_URL:
        pytest.skip("no search server: make test-elasticsearch starts one")
    cache.clear()
    for key, value in engine_settings(name, tmp_path / "index").items():
        setattr(settings, key, value)
    yield World()
    cache.clear()
    remove_indexes(get_engine())


@pytest.fixture
def moderator(world) -> User:
    return make_member(MODERATION, first_name="Alix")


@pytest.fixture
def second(world) -> User:
    return make_member(MODERATION, first_name="Camille")


@pytest.fixture
def office(client, moderator) -> Client:
    client.force_login(moderator)
    return client


def screen(content) -> str:
    kinds = {PortalImage: "image", PortalDocument: "document", PortalMedia: "son"}
    return reverse("takedowns:take_down", args=[kinds.get(type(content), "page"), content.pk])


def ask(address: str) -> tuple[int, str]:
    response = Client().get(address)
    content = b"".join(response) if response.streaming else response.content
    return response.status_code, content.decode(errors="replace")


CONTENTS = ("sheet", "episode", "news", "image", "document", "sound")
#: What each must be found at: nothing is proved by an address that was never read.
LABELS = {
    "sheet": {"Ancienne adresse", "Versions de la fiche", "Flux des fiches", "Plan du site", "Suggestions",
              "Ligne de l’index", "Export JSON", "Export CSV", "Flux RSS d’une recherche", "Flux Atom d’une recherche",
              "Accueil", "Thème « Répit »"},
    "episode": {"Flux de « La voix des CLSM »", "Flux de « La voix des CLSM », Répit", "Lecteur à intégrer", "oEmbed",
                "Chapitres", "Transcription (vtt)", "Transcription (html)", "Son « Son d’exemple »",
                "Plan du site"},
    "news": {"Flux des actualités", "Plan du site", "Suggestions"},
    "image": {"Fichier d’origine", "Déclinaison width-1200|format-webp", f"Page « Actualité {WORD} »"},
    "document": {"Document", "Fichier d’origine", f"Page « Actualité {WORD} »"},
    "sound": {"Son « Son d’exemple »", "Flux de « La voix des CLSM »", "Transcription (json)", "oEmbed",
              "Ligne de l’index"},
}  # fmt: skip
#: Closed to everybody already, or without anything to show.
CLOSED = {"Fichier d’origine", "Versions de la fiche"}


@pytest.mark.parametrize("world", [TANTIVY, ELASTICSEARCH], indirect=True)
@pytest.mark.parametrize("name", CONTENTS)
def test_gone_from_every_address_within_one_request(world, office, name):
    content = getattr(world, name)
    addresses = [address for _, address in found(target_of(content))]
    assert LABELS[name] <= {address.label for address in addresses}
    marks = [address.address for address in addresses if address.kind in (Kind.PAGE, Kind.FILE)]
    reached = [one for one in addresses if one.kind != Kind.INDEX]
    before = {one.address: ask(one.address) for one in reached}
    carried = {one.address for one in reached if any(mark in before[one.address][1] for mark in marks)}
    for one in reached:
        assert before[one.address][0] in (200, 301) or one.label in CLOSED, one
    response = office.post(screen(content), {"reason": WHY, "public_note": ""})
    takedown = Takedown.objects.get()
    assert response.url == reverse("takedowns:detail", args=[takedown.pk])
    assert "Chaque adresse est vide." in told(response)
    for one in reached:
        status, text = ask(one.address)
        if one.kind in TakedownAddress.GONE:
            assert status == 410 and "retiré provisoirement" in text, one
            assert "Ornithorynque" not in text and WORD not in text and WHY not in text
        assert not any(mark in text for mark in marks), one
    lists = {one.address for one in reached if one.kind in (Kind.LIST, Kind.SHOWN)}
    assert lists & carried, "no list named it before"
    assert not takedown.addresses.filter(emptied_at=None).exists()


def test_old_addresses_of_a_page_answer_that_it_is_gone(world, office):
    office.post(screen(world.sheet), {"reason": WHY, "public_note": "Une personne citée l’a demandé."})
    response = Client().get("/ancienne-fiche/", follow=True)
    assert response.status_code == 410 and "Une personne citée l’a demandé." in response.content.decode()
    assert "no-store" in response["Cache-Control"] and response["X-Robots-Tag"] == "noindex"
    assert not response.cookies


def test_a_page_shows_a_picture_taken_down_by_words(world, office):
    office.post(screen(world.image), {"reason": WHY})
    for page in (world.news, world.sheet):
        status, text = ask(page.url)
        assert status == 200 and "Image retirée provisoirement." in text and "<img" not in text.partition("<main")[2]
    office.post(screen(world.document), {"reason": WHY})
    assert "Document retiré provisoirement." in ask(world.news.url)[1]


def test_renditions_leave_the_disk_and_the_original_stays(world, office, django_capture_on_commit_callbacks):
    drawn = [Path(settings.MEDIA_ROOT) / rendition.file.name for rendition in world.image.renditions.all()]
    assert drawn and all(path.exists() for path in drawn)
    with django_capture_on_commit_callbacks(execute=True):
        office.post(screen(world.image), {"reason": WHY})
    assert not any(path.exists() for path in drawn)
    assert world.image.file.storage.exists(world.image.file.name)


def test_a_picture_drawn_again_for_the_team_stays_closed_to_visitors(world, office):
    office.post(screen(world.image), {"reason": WHY})
    rendition = PortalImage.objects.get(pk=world.image.pk).get_rendition("max-165x165")
    assert office.head(rendition.url).status_code == 200
    assert ask(rendition.url)[0] == 404
    reader = Client()
    reader.force_login(make_member(COACHING))
    assert reader.get(rendition.url).status_code == 404


def test_a_file_taken_down_is_not_offered_in_a_chooser(world, office):
    office.post(screen(world.image), {"reason": WHY})
    listed = office.get(reverse("wagtailimages_chooser:choose_results"))
    assert "Atelier" not in listed.content.decode()


def test_saving_a_file_read_before_does_not_put_it_back(world, moderator):
    image = PortalImage.objects.get(pk=world.image.pk)
    take_down(world.image, reason=WHY, by=moderator)
    image.title = "Autre titre"
    image.save()
    assert PortalImage.objects.get(pk=image.pk).is_taken_down


# The gate


def held(world, moderator) -> CapsSheetPage:
    take_down(world.sheet, reason=WHY, by=moderator)
    return CapsSheetPage.objects.get(pk=world.sheet.pk)


HELD = "est retirée en urgence depuis le"


def test_it_does_not_go_live_by_saving_or_publishing(world, moderator):
    sheet = held(world, moderator)
    with pytest.raises(ValidationError, match=HELD):
        sheet.latest_revision.publish()
    sheet.live = True
    with pytest.raises(ValidationError, match=HELD):
        sheet.save()
    with pytest.raises(ValidationError, match=HELD):
        sheet.save(update_fields=["live"])
    with pytest.raises(ValidationError, match=HELD):
        sheet.save(clean=False)
    assert not Page.objects.get(pk=sheet.pk).live


def test_it_is_not_scheduled_and_a_schedule_is_cancelled(world, moderator):
    sheet = held(world, moderator)
    sheet.go_live_at = timezone.now() + timedelta(days=1)
    with pytest.raises(ValidationError, match=HELD):
        sheet.save_revision().publish()
    sheet.latest_revision.approved_go_live_at = timezone.now() - timedelta(hours=1)
    sheet.latest_revision.save(update_fields=["approved_go_live_at"])
    call_command("publish_scheduled")
    sheet.refresh_from_db()
    assert not sheet.live and sheet.scheduled_revision is None


@pytest.mark.parametrize("page_name", ["sheet", "news"])
def test_it_does_not_go_live_by_the_screens_nor_the_api(world, client, moderator, page_name):
    page = getattr(world, page_name)
    take_down(page, reason=WHY, by=moderator)
    client.force_login(User.objects.create_superuser("racine@clsm.example"))
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    assert_refused(client.post(f"{bulk}?id={page.pk}", {"include_descendants": ""}), HELD)
    api = client.post(reverse("wagtailadmin_api:pages:action", args=[page.pk, "publish"]))
    assert api.status_code == 400 and HELD in api.content.decode()
    for action in ("copy", "create_alias"):
        body = {"destination_page_id": page.get_parent().pk, "recursive": False, "slug": "x", "update_slug": "x"}
        api = client.post(reverse("wagtailadmin_api:pages:action", args=[page.pk, action]), body)
        assert_refused(api, HELD) if api.status_code == 302 else None
        assert api.status_code in (302, 409)
    form = {"new_title": "Copie", "new_slug": "copie", "new_parent_page": page.get_parent().pk, "alias": ""}
    assert_refused(client.post(reverse("wagtailadmin_pages:copy", args=[page.pk]), form), HELD)
    assert not Page.objects.get(pk=page.pk).live and not Page.objects.filter(slug__in=["copie", "x"]).exists()


def test_an_approval_does_not_put_it_back(world, moderator):
    sheet = held(world, moderator)
    sheet.title = "Autre titre"
    sheet.save_revision(user=make_member(EDITING))
    clear(sheet)
    workflow = sheet.get_workflow()
    workflow.start(sheet, None)
    step = sheet.current_workflow_state
    with pytest.raises((RefusedError, ValidationError)):
        for _ in range(4):
            task = Page.objects.get(pk=sheet.pk).current_workflow_task_state
            task.task.specific.on_action(task, make_member(MODERATION), "approve", comment="")
            step.refresh_from_db()
    assert not Page.objects.get(pk=sheet.pk).live


def test_an_episode_with_a_sound_taken_down_cannot_be_published(world, moderator):
    draft = make_episode(live=False, audio=world.sound, clsms=[world.clsm])
    take_down(world.sound, reason=WHY, by=moderator)
    assert not EpisodePage.objects.get(pk=world.episode.pk).live
    draft = EpisodePage.objects.get(pk=draft.pk)
    assert "retiré en urgence" in " ".join(draft.publication_errors()["audio"])


# Who is told


def test_its_people_are_told_without_the_reason_and_the_centre_with_it(world, moderator, second):
    author, coordinator = make_member(EDITING), make_coordinator(world.clsm)
    administrator = make_member(ADMINISTRATION)
    Page.objects.filter(pk=world.sheet.pk).update(owner=author)
    sheet = CapsSheetPage.objects.get(pk=world.sheet.pk)
    take_down(sheet, reason=WHY, public_note="Le temps d’une vérification.", by=moderator)
    told_to = {notice.recipient_id: notice for notice in Notice.objects.filter(event__startswith="content_")}
    assert set(told_to) == {author.pk, coordinator.pk, administrator.pk, second.pk}
    for person in (author, coordinator):
        assert WHY not in told_to[person.pk].message and "répondez au Centre" in told_to[person.pk].message
    for person in (administrator, second):
        assert WHY in told_to[person.pk].message and "une autre le confirme" in told_to[person.pk].message
    entry = PageLogEntry.objects.get(page=sheet.pk, action="portal.taken_down")
    assert entry.user == moderator and WHY not in str(entry.data)


def test_the_uploader_of_a_picture_and_the_authors_of_its_pages_are_told(world, moderator):
    uploader, author = make_member(COACHING), make_member(EDITING)
    PortalImage.objects.filter(pk=world.image.pk).update(uploaded_by_user=uploader)
    Page.objects.filter(pk=world.news.pk).update(owner=author)
    take_down(PortalImage.objects.get(pk=world.image.pk), reason=WHY, by=moderator)
    told_to = set(Notice.objects.filter(event="content_taken_down").values_list("recipient", flat=True))
    assert {uploader.pk, author.pk} <= told_to


# Back, by two people


def lift(takedown: Takedown, first: User, other: User) -> list[str]:
    ask_lift(takedown, reason="Accord signé de nouveau.", by=first)
    return confirm_lift(Takedown.objects.get(pk=takedown.pk), by=other)


@pytest.mark.parametrize("name", CONTENTS)
def test_two_people_put_it_back(world, moderator, second, name):
    content = getattr(world, name)
    watched = {"image": world.news, "document": world.news, "sound": world.episode}.get(name, content)
    address = world.document.url if name == "document" else watched.url
    takedown = take_down(content, reason=WHY, by=moderator)
    assert lift(takedown, moderator, second) == []
    status, text = ask(address)
    assert status == 200 and "provisoirement" not in text
    assert Takedown.objects.get().state == Takedown.State.LIFTED
    if isinstance(content, NewsPage):
        assert Page.objects.get(pk=content.pk).live_revision_id == content.live_revision_id


def test_the_same_person_never_does_both(world, moderator):
    root = User.objects.create_superuser("racine@clsm.example")
    takedown = take_down(world.sheet, reason=WHY, by=moderator)
    for person in (moderator, root):
        ask_lift(takedown, reason="Accord.", by=person)
        with pytest.raises(RefusedError, match="Une autre personne"):
            confirm_lift(takedown, by=person)
        Takedown.objects.update(lift_asked_at=None, lift_asked_by=None)
    with pytest.raises(RefusedError, match="demandez-la d’abord"):
        confirm_lift(takedown, by=root)
    assert not Page.objects.get(pk=world.sheet.pk).live


def test_what_lost_an_agreement_meanwhile_stays_a_draft(world, moderator, second):
    takedown = take_down(world.sheet, reason=WHY, by=moderator)
    PublicationOverride.objects.all().delete()
    [sentence] = lift(takedown, moderator, second)
    assert f"« Fiche {WORD} » reste un brouillon" in sentence
    assert not Page.objects.get(pk=world.sheet.pk).live


def test_through_the_screens(world, office, moderator, second):
    assert "Demander la remise en ligne" not in told(office.get(reverse("takedowns:index")))
    office.post(screen(world.sheet), {"reason": WHY})
    takedown = Takedown.objects.get()
    detail = reverse("takedowns:detail", args=[takedown.pk])
    shown = told(office.get(detail))
    assert WHY in shown and "vidé" in shown and "Demander la remise en ligne" in shown
    office.post(reverse("takedowns:ask_lift", args=[takedown.pk]), {"reason": "Accord signé."})
    assert "Une autre personne du Centre doit confirmer" in told(office.get(detail))
    confirm = reverse("takedowns:confirm_lift", args=[takedown.pk])
    assert_refused(office.post(confirm), "Une autre personne", to=detail)
    office.force_login(second)
    assert "Remises en ligne à confirmer" in told(office.get(reverse("wagtailadmin_home")))
    office.post(reverse("takedowns:decline_lift", args=[takedown.pk]))
    assert Notice.objects.get(event="content_lift_declined").recipient == moderator
    office.post(reverse("takedowns:ask_lift", args=[takedown.pk]), {"reason": "Accord signé."})
    office.force_login(moderator)
    assert "remis en ligne" in told(office.post(confirm))
    assert ask(world.sheet.url)[0] == 200
    assert_refused(office.post(confirm), "Décision déjà prise par Alix", to=detail)
    assert "remis en ligne" in told(office.get(reverse("takedowns:index"), {"state": "remis"}))


def test_what_is_missing_is_said_and_nothing_typed_is_lost(world, office):
    response = office.post(screen(world.sheet), {"reason": " ", "public_note": "Une vérification."})
    assert "Dites pourquoi" in summary(response) and "Une vérification." in response.content.decode()
    assert not Takedown.objects.exists()


def test_it_is_taken_down_once(world, office, second):
    take_down(world.sheet, reason=WHY, by=second)
    response = office.post(screen(world.sheet), {"reason": "Autre motif."})
    assert "Décision déjà prise par Camille" in summary(response)
    assert_refused(office.get(screen(world.sheet)), "Ce contenu est déjà retiré.")


def test_the_frame_of_the_site_is_not_taken_down(world, office):
    home = world.sheet.get_parent().get_parent()
    assert "porte le site" in told(office.get(screen(home)))
    response = office.post(screen(home), {"reason": WHY})
    assert "porte le site" in told(response) and Page.objects.get(pk=home.pk).live


def test_what_is_below_goes_with_it(world, office):
    office.post(screen(world.show), {"reason": WHY})
    assert ask(world.show.url)[0] == 410 and ask(world.episode.url)[0] == 410
    assert ask(f"{world.show.url}flux.xml")[0] == 410


@pytest.mark.parametrize("role", [EDITING, COACHING, COORDINATION])
def test_others_see_no_button_and_are_refused(world, client, role):
    client.force_login(make_member(role))
    page = world.sheet
    assert_refused(client.get(screen(page)), NO_RIGHT)
    assert_refused(client.post(screen(page), {"reason": WHY}), NO_RIGHT)
    assert_refused(client.get(reverse("takedowns:index")), NO_RIGHT)
    assert "Retirer en urgence" not in told(client.get(reverse("wagtailadmin_home")))
    assert ask(page.url)[0] == 200


def test_it_is_offered_where_one_works(world, office):
    for address in (
        reverse("wagtailadmin_home"),
        reverse("wagtailadmin_pages:edit", args=[world.sheet.pk]),
        reverse("wagtailadmin_explore", args=[world.sheet.get_parent().pk]),
        reverse("wagtailimages:edit", args=[world.image.pk]),
        reverse("wagtaildocs:edit", args=[world.document.pk]),
        reverse("wagtailmedia:edit", args=[world.sound.pk]),
    ):
        assert "Retirer en urgence" in office.get(address).content.decode(), address


def test_from_an_address_to_its_content(world, office):
    find = reverse("takedowns:find")
    rendition = world.image.renditions.first()
    for address, content in (
        (world.sheet.full_url, world.sheet),
        ("/ancienne-fiche/", world.sheet),
        (rendition.url, world.image),
        (world.document.url, world.document),
        (f"http://localhost{quote(world.sound.public_url)}", world.sound),
    ):
        assert_url = office.post(find, {"address": address})
        assert assert_url.url == screen(content), address
    for wrong in ("/nulle-part/", "http://[", "/audio/zz/", "/media/x.webp", "\x00", "/", "é" * 900, "/documents/9/"):
        assert "connu" in summary(office.post(find, {"address": wrong})) or wrong == "\x00", wrong


# What fails after the commit


def test_a_silent_search_server_is_said_and_tried_again(world, office, monkeypatch):
    def silent(*args: object, **kwargs: object) -> None:
        raise EngineError("connection refused")

    with monkeypatch.context() as patched:
        for name in ("replace", "keys"):
            patched.setattr(TantivyEngine, name, silent)
        response = office.post(screen(world.sheet), {"reason": WHY})
        takedown = Takedown.objects.get()
        assert "à vider encore" in told(response)
        assert ask(world.sheet.url)[0] == 410
        assert world.sheet.url not in ask(f"/recherche/?q={WORD}")[1]  # the index still holds it
        with pytest.raises(CommandError, match="Adresses à vider encore : 1"):
            call_command("check_takedowns")
    [row] = takedown.addresses.filter(emptied_at=None)
    assert "moteur muet" in row.problem and row.kind == Kind.INDEX
    assert Notice.objects.filter(event="content_not_emptied").exists()
    call_command("check_takedowns")
    assert not takedown.addresses.filter(emptied_at=None).exists()


def test_screens_read_few_rows(world, office, moderator):
    takedown = take_down(world.image, reason=WHY, by=moderator)
    for address in (
        screen(world.sheet),
        screen(world.episode),
        reverse("takedowns:detail", args=[takedown.pk]),
        reverse("takedowns:index"),
    ):
        office.get(address)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            office.get(address)
        assert len(queries) <= 20, (address, len(queries), "\n".join(query["sql"] for query in queries))
