"""The feed of a show as it is served: every tag, every change at the next request, nothing sent for nothing."""

from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from lxml import etree
from wagtail.images.tests.utils import get_test_image_file_jpeg
from wagtail.models import PageViewRestriction

from caps_sheets.podcasts.models import EpisodePage, EpisodeSheet, FeedMark, ShowPage
from caps_sheets.podcasts.models.episode_links import feed_url, show_guid
from tests.factories.medialib import make_audio, make_portrait
from tests.factories.network import make_clsm, make_theme
from tests.factories.podcasts import make_episode, make_show
from tests.factories.sheets import make_sheet
from tests.factories.site import make_private
from tests.podcasts.feed_world import NAMES, make_full_episode, make_full_show, read_feed, text, titles
from tests.refusals import NOT_FOUND, assert_refused

pytestmark = pytest.mark.django_db

MOST_QUERIES, MOST_QUERIES_KEPT = 12, 2
MIME_TYPES = ["text/vtt", "application/x-subrip", "application/json", "text/html"]


@pytest.fixture
def show(db) -> ShowPage:
    return make_full_show()


@pytest.fixture
def address(show) -> str:
    return urlsplit(feed_url(show)).path


def attributes(element: etree._Element, path: str) -> list[dict]:
    return [dict(found.attrib) for found in element.findall(path, NAMES)]


class TestContent:
    def test_channel(self, client, show, address):
        make_full_episode()
        with override_settings(PODCAST_WEBSUB_HUB="https://hub.example/"):
            channel = read_feed(client, address)
        assert text(channel, "title") == show.title
        assert text(channel, "link") == show.full_url
        assert text(channel, "description") == "Les actions des CLSM, racontées."
        assert text(channel, "language") == "fr"
        assert text(channel, "copyright") == show.copyright
        assert text(channel, "itunes:author") == "Centre d’exemple"
        assert text(channel, "itunes:type") == "episodic"
        assert text(channel, "itunes:explicit") == "false"
        assert text(channel, "itunes:owner/itunes:email") == "podcast@portail.example"
        assert text(channel, "podcast:guid") == str(show.guid) == str(show_guid(feed_url(show)))
        assert text(channel, "podcast:locked") == "yes"
        assert attributes(channel, "podcast:locked") == [{"owner": "podcast@portail.example"}]
        assert text(channel, "podcast:medium") == "podcast"
        assert text(channel, "podcast:license") == "cc-by-nc-sa-4.0"
        assert text(channel, "podcast:updateFrequency") == "chaque mois"
        assert attributes(channel, "podcast:updateFrequency") == [{"rrule": "FREQ=MONTHLY"}]
        assert [dict(element.attrib) | {"text": element.text} for element in channel.findall("podcast:txt", NAMES)] == [
            {"purpose": "verify", "text": "abc-123"},
            {"purpose": "ai-content", "text": "true"},
        ]
        assert attributes(channel, "itunes:category/itunes:category") == [{"text": "Mental Health"}]
        assert {"rel": "hub", "href": "https://hub.example/"} in attributes(channel, "atom:link")
        own = {"rel": "self", "type": "application/rss+xml", "href": feed_url(show)}
        assert attributes(channel, "atom:link")[0] == own
        assert text(channel, "podcast:person") == "Animation"

    def test_artwork_is_a_square_jpeg_at_an_address_of_its_own(self, client, show, address):
        channel = read_feed(client, address)
        (image,) = attributes(channel, "itunes:image")
        assert urlsplit(image["href"]).path.endswith(".jpg") and image["href"].startswith("http://")
        assert text(channel, "image/url") == image["href"]
        assert show.artwork.renditions.get().width == show.artwork.renditions.get().height == 1400

    def test_another_artwork_has_another_address(self, client, admin_client, show, address):
        (before,) = attributes(read_feed(client, address), "itunes:image")
        other = get_test_image_file_jpeg(colour="blue", size=(1500, 1500)).file.getvalue()
        image = show.artwork
        form = {"title": image.title, "credit": image.credit, "licence": image.licence_id, "tags": "", "collection": 1}
        file = SimpleUploadedFile("test.jpg", other, "image/jpeg")
        answer = admin_client.post(reverse("wagtailimages:edit", args=[image.pk]), form | {"file": file})
        assert answer.status_code == 302
        (after,) = attributes(read_feed(client, address), "itunes:image")
        assert before != after

    def test_item(self, client, address):
        episode = make_full_episode()
        (item,) = read_feed(client, address).findall("item")
        assert text(item, "guid") == episode.guid
        assert item.find("guid").get("isPermaLink") == "false"
        assert text(item, "title") == text(item, "itunes:title") == episode.title
        assert text(item, "link") == episode.full_url
        assert text(item, "pubDate") == "Thu, 12 Mar 2026 06:00:00 +0100"
        assert text(item, "description") == episode.summary
        assert attributes(item, "enclosure") == [
            {
                "url": f"http://testserver{episode.audio.public_url}",
                "length": str(episode.audio.file.size),
                "type": "audio/mpeg",
            }
        ]
        assert text(item, "itunes:duration") == "60"
        assert (text(item, "itunes:season"), text(item, "itunes:episode")) == ("1", str(episode.number))
        assert text(item, "itunes:episodeType") == "full"
        assert attributes(item, "podcast:season") == [{"name": "Agir ensemble"}]
        assert attributes(item, "podcast:episode") == [{"display": f"Épisode {episode.number}"}]
        assert [found["type"] for found in attributes(item, "podcast:transcript")] == MIME_TYPES
        assert [found.get("rel") for found in attributes(item, "podcast:transcript")] == ["captions"] * 3 + [None]
        assert attributes(item, "podcast:soundbite") == [{"startTime": "10.0", "duration": "30.0"}]
        assert text(item, "podcast:location") == "CLSM d’exemple (Hérault)"
        place = {"rel": "subject", "country": "FR", "geo": "geo:43.6000,3.4000"}
        assert attributes(item, "podcast:location") == [place]
        assert text(item, "podcast:license") == "cc-by-nc-sa-4.0"
        assert text(item, "category") == "Prévention du suicide"
        assert text(item, "podcast:txt") == "true"

    def test_persons_are_functions_and_the_host_is_in_each_item(self, client, address):
        episode = make_full_episode()
        make_full_episode(title="Sans animation", clsm=make_clsm(), speakers=[{"role": "Élue", "is_synthetic": True}])
        channel = read_feed(client, address)
        persons = {
            text(item, "title"): [
                (found.text, found.get("role"), found.get("href")) for found in item.findall("podcast:person", NAMES)
            ]
            for item in channel.findall("item")
        }
        clsm = episode.clsm_items.get().clsm
        host = ("Animation", "host", None)
        assert persons[episode.title] == [host, ("Coordination du CLSM", "guest", clsm.full_url)]
        assert persons["Sans animation"] == [host, ("Élue", "guest", None)]

    def test_chapters_in_three_forms(self, client, address):
        episode = make_full_episode()
        (item,) = read_feed(client, address).findall("item")
        assert attributes(item, "podcast:chapters") == [
            {"url": f"{episode.full_url}chapitres.json", "type": "application/json+chapters"}
        ]
        assert attributes(item, "psc:chapters/psc:chapter")[:2] == [
            {"start": "00:00:00", "title": "Ouverture"},
            {"start": "00:00:20", "title": "Le stage", "href": "http://testserver/fiches/"},
        ]
        assert "<p>00:00:00 Ouverture<br>00:00:20 Le stage<br>00:00:40 Et après</p>" in text(item, "content:encoded")

    def test_notes_say_what_an_app_cannot_show(self, client, address):
        episode = make_full_episode()
        notes = text(read_feed(client, address), "item/content:encoded")
        sheet, clsm = episode.sheet_items.get().sheet, episode.clsm_items.get().clsm
        assert "<p><strong>Cet épisode parle du suicide.</strong></p>" in notes
        assert '<strong>rencontre</strong> <a href="https://ailleurs.example/?a=1&amp;b=2">ailleurs</a>' in notes
        assert f'<a href="{sheet.full_url}">Fiche d’exemple</a>' in notes and clsm.full_url in notes
        assert f'<a href="{episode.full_url}#transcription">' in notes
        assert "3114" in notes and "voix de synthèse" in notes

    def test_notes_are_safe_and_their_links_absolute(self, client, address):
        clsm = make_clsm()
        notes = (
            f'<p onclick="x()">Lire <a linktype="page" id="{clsm.pk}">le profil</a><script>alert(1)</script></p>'
            '<a href="javascript:alert(2)">non</a><img src="/x.png"><h2>Titre</h2><!--next-->'
        )
        first, second = make_full_episode(clsm=clsm, notes=notes), make_full_episode(clsm=clsm, number=99)
        items = {
            text(item, "guid"): text(item, "content:encoded") for item in read_feed(client, address).findall("item")
        }
        shown = items[first.guid]
        assert f'Lire <a href="{clsm.full_url}">le profil</a>' in shown
        assert not [word for word in ("alert", "onclick", "<img", "<h2") if word in shown]
        assert "rencontre" in items[second.guid]

    def test_text_that_xml_refuses_is_dropped(self, client, address):
        make_episode(title="Un titre\x0b < & coupé", summary="\x00".join(["Bruit", " de fond"]).replace("\x00", "\x07"))
        item = read_feed(client, address).find("item")
        assert (text(item, "title"), text(item, "description")) == ("Un titre < & coupé", "Bruit de fond")

    def test_what_is_not_public_is_neither_named_nor_linked(self, client, address):
        clsm, sheet = make_clsm(title="CLSM caché"), make_sheet(title="Fiche cachée")
        speakers = [{"role": "Coordination", "clsm": clsm, "is_synthetic": True}]
        make_full_episode(clsm=clsm, sheets=[sheet], speakers=speakers)
        before = client.get(address).content.decode()
        assert "CLSM caché" in before and "Fiche cachée" in before
        clsm.unpublish()
        PageViewRestriction.objects.create(page=sheet, restriction_type=PageViewRestriction.LOGIN)
        after = client.get(address).content.decode()
        assert not [word for word in ("caché", clsm.slug, sheet.slug) if word in after]

    def test_show_that_moves_or_ends_says_so(self, client, show, address):
        show.is_complete, show.new_feed_url = True, "https://ailleurs.example/flux.xml"
        show.save()
        channel = read_feed(client, address)
        assert text(channel, "itunes:complete") == "Yes"
        assert text(channel, "itunes:new-feed-url") == "https://ailleurs.example/flux.xml"
        assert attributes(channel, "podcast:updateFrequency") == [{"complete": "true"}]


class TestFreshness:
    def test_publish_unpublish_edit(self, client, address):
        assert titles(read_feed(client, address)) == []
        episode = make_episode(live=False, title="Premier titre")
        assert titles(read_feed(client, address)) == []
        episode.save_revision().publish()
        assert titles(read_feed(client, address)) == ["Premier titre"]
        episode.refresh_from_db()
        episode.title = "Second titre"
        revision = episode.save_revision()
        assert titles(read_feed(client, address)) == ["Premier titre"]
        revision.publish()
        assert titles(read_feed(client, address)) == ["Second titre"]
        EpisodePage.objects.get().unpublish()
        assert titles(read_feed(client, address)) == []

    def test_scheduled_publication_and_end(self, client, address):
        episode = make_episode(live=False, title="Programmé")
        episode.go_live_at = timezone.now() + timedelta(hours=1)
        episode.save_revision().publish()
        assert titles(read_feed(client, address)) == []
        revision = EpisodePage.objects.get().scheduled_revision
        revision.approved_go_live_at = revision.content["go_live_at"] = timezone.now() - timedelta(minutes=1)
        revision.save()
        call_command("publish_scheduled")
        assert titles(read_feed(client, address)) == ["Programmé"]
        EpisodePage.objects.update(expire_at=timezone.now() - timedelta(seconds=1))
        assert titles(read_feed(client, address)) == []

    @pytest.mark.parametrize("place", ["show", "episode"])
    def test_a_picture_leaves_the_kept_feed_with_the_consent_of_the_people(self, client, show, place, month_end):
        """In Paris it is already the first of the month, the last day of the agreement."""
        image = make_portrait(date(2027, 2, 1), file=get_test_image_file_jpeg(size=(1400, 1400)))
        show.artwork = image if place == "show" else None
        show.save()
        make_episode(show=show, image=image if place == "episode" else None)
        address = urlsplit(feed_url(show)).path
        known = client.get(address)
        assert b"itunes:image" in known.content
        month_end.shift(timedelta(hours=23, minutes=29))
        assert client.get(address, headers={"If-Modified-Since": known["Last-Modified"]}).status_code == 304
        month_end.shift(timedelta(minutes=2))
        for headers in ({"If-Modified-Since": known["Last-Modified"]}, {"If-None-Match": known["ETag"]}):
            response = client.get(address, headers=headers)
            assert response.status_code == 200 and b"itunes:image" not in response.content, headers

    @pytest.mark.parametrize("act", ["end", "unpublish", "restrict"])
    def test_who_has_an_earlier_feed_is_told_that_an_episode_left(self, client, address, act, month_end):
        episode = make_episode()
        month_end.shift(timedelta(seconds=5))
        known = client.get(address)
        month_end.shift(timedelta(hours=1))
        if act == "end":
            EpisodePage.objects.update(expire_at=timezone.now() - timedelta(seconds=1))
        elif act == "unpublish":
            episode.unpublish()
        else:
            make_private(episode)
        for headers in ({"If-Modified-Since": known["Last-Modified"]}, {"If-None-Match": known["ETag"]}):
            response = client.get(address, headers=headers)
            assert response.status_code == 200 and titles(etree.fromstring(response.content)[0]) == [], headers

    def test_a_locked_profile_leaves_the_feeds_that_name_it(self, admin_client, address):
        clsm = make_clsm()
        make_episode(clsms=[clsm])
        before = set(FeedMark.objects.values_list("object_key", "token"))
        admin_client.post(reverse("wagtailadmin_pages:lock", args=[clsm.pk]))
        clsm.refresh_from_db()
        assert clsm.locked and set(FeedMark.objects.values_list("object_key", "token")) == before
        clsm.title = "Un autre nom"
        clsm.save()
        assert set(FeedMark.objects.values_list("object_key", "token")) != before

    def test_another_sound_has_another_address(self, client, address):
        episode = make_episode()
        first = read_feed(client, address).find("item/enclosure").get("url")
        episode.audio = make_audio(seconds=30)
        episode.mark_transcript_reviewed()
        episode.save_revision().publish()
        second = read_feed(client, address).find("item/enclosure").get("url")
        assert second != first
        assert client.head(first).status_code == 404
        assert client.head(second).status_code == 200

    def test_what_surrounds_an_episode(self, client, show, address):
        episode = make_full_episode()
        clsm = episode.clsm_items.get().clsm
        clsm.title = "CLSM renommé"
        clsm.save()
        assert "CLSM renommé" in text(read_feed(client, address), "item/podcast:location")
        EpisodeSheet.objects.get().delete()
        assert "Fiche d’exemple" not in text(read_feed(client, address), "item/content:encoded")
        show.artwork.credit = ""
        show.artwork.save()
        assert attributes(read_feed(client, address), "itunes:image") == []

    def test_a_private_show_or_a_deleted_episode(self, client, show, address):
        make_episode(title="Gardé", clsms=[clsm := make_clsm()])
        make_episode(title="Supprimé", clsms=[clsm]).delete()
        assert titles(read_feed(client, address)) == ["Gardé"]
        PageViewRestriction.objects.create(page=show, restriction_type=PageViewRestriction.LOGIN)
        assert client.get(address).status_code == 404

    def test_identities_survive_another_address(self, client, show):
        episode = make_episode()
        show.slug, episode.slug = "ailleurs", "autre-adresse"
        show.save()
        episode.refresh_from_db()
        episode.slug = "autre-adresse"
        episode.save()
        channel = read_feed(client, urlsplit(feed_url(ShowPage.objects.get())).path)
        assert text(channel, "podcast:guid") == str(show.guid)
        assert text(channel, "item/guid") == episode.guid
        assert text(channel, "item/link").endswith("/ailleurs/autre-adresse/")
        assert_refused(client.get("/podcast/flux.xml"), NOT_FOUND)


class TestHttp:
    def test_answers_with_its_validators_and_spares_what_is_known(self, client, address):
        make_episode()
        full = client.get(address)
        assert full["Content-Type"] == "application/rss+xml; charset=utf-8"
        assert full["Access-Control-Allow-Origin"] == "*"
        for condition in ({"If-None-Match": full["ETag"]}, {"If-Modified-Since": full["Last-Modified"]}):
            answer = client.get(address, headers=condition)
            assert (answer.status_code, answer.content) == (304, b"")
            assert answer["ETag"] == full["ETag"]
        make_episode(title="Nouveau", clsms=[make_clsm()])
        assert client.get(address, headers={"If-None-Match": full["ETag"]}).status_code == 200

    def test_head_says_what_get_says(self, client, address):
        make_episode()
        got, asked = client.get(address), client.head(address)
        assert asked.content == b""
        assert got.headers.pop("X-Request-ID") != asked.headers.pop("X-Request-ID")
        assert dict(asked.headers) == dict(got.headers)

    def test_compressed_for_those_who_read_it(self, client, address):
        make_episode()
        plain = client.get(address)
        packed = client.get(address, headers={"Accept-Encoding": "gzip"})
        assert packed["Content-Encoding"] == "gzip" and "Content-Encoding" not in plain
        assert len(packed.content) < len(plain.content)
        assert packed["ETag"] == plain["ETag"]
        assert "Accept-Encoding" in packed["Vary"] and "Accept-Encoding" in plain["Vary"]

    def test_changes_nothing_and_asks_no_login(self, client, address):
        assert client.post(address).status_code == 405
        assert "Set-Cookie" not in client.get(address)

    def test_unknown_or_draft_shows_are_not_found(self, client, show, address):
        assert client.get("/inconnu/flux.xml").status_code == 404
        assert client.get("/flux.xml").status_code == 404
        assert client.get(address.replace("flux.xml", "flux/inconnu.xml")).status_code == 404
        show.unpublish()
        assert client.get(address).status_code == 404


class TestManyShowsAndThemes:
    def test_each_show_has_its_own_episodes(self, client, address):
        make_episode(title="Ici", clsms=[clsm := make_clsm()])
        other = make_show(title="Autre émission", slug="autre")
        make_episode(title="Là-bas", show=other, clsms=[clsm])
        assert titles(read_feed(client, address)) == ["Ici"]
        assert titles(read_feed(client, urlsplit(feed_url(other)).path)) == ["Là-bas"]

    def test_a_theme_has_its_feed(self, client, show, address):
        theme = make_theme("ruralite", name="Ruralité")
        make_episode(title="À la campagne", themes=[theme], clsms=[clsm := make_clsm()])
        make_episode(title="En ville", clsms=[clsm])
        channel = read_feed(client, urlsplit(feed_url(show, "ruralite")).path)
        assert titles(channel) == ["À la campagne"]
        assert text(channel, "title") == f"{show.title} – Ruralité"
        assert text(channel, "podcast:guid") not in (None, str(show.guid))
        assert text(channel, "itunes:block") == "Yes"  # directories list the show once
        assert attributes(channel, "atom:link")[0]["href"] == feed_url(show, "ruralite")


class TestCost:
    def ask(self, client, address) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    def test_number_of_queries_does_not_follow_the_episodes(self, client, address):
        clsm = make_clsm()
        for _ in range(2):
            make_full_episode(clsm=clsm)
        self.ask(client, address)  # the addresses of the sites and the artwork are then known, as on a running portal
        make_full_episode(clsm=clsm)
        few = self.ask(client, address)
        for day in range(1, 6):
            make_full_episode(clsm=make_clsm(), date=date(2026, 1, day))
        many = self.ask(client, address)
        assert few == many <= MOST_QUERIES
        assert self.ask(client, address) <= MOST_QUERIES_KEPT
