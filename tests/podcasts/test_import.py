"""An existing feed comes in as drafts; an address never lends our place in the network."""

import contextlib
import socket
from dataclasses import replace
from datetime import date
from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from caps_sheets.podcasts.feed_import import reader
from caps_sheets.podcasts.feed_import.download import FetchError, Guard, fetch, is_public
from caps_sheets.podcasts.feed_import.importer import import_feed
from caps_sheets.podcasts.feed_import.reader import read_date, read_feed, read_feed_file
from caps_sheets.podcasts.feeds.rss import write
from caps_sheets.podcasts.formats import chapters
from caps_sheets.podcasts.lint.document import FeedError
from caps_sheets.podcasts.models import EpisodePage, ShowPage
from caps_sheets.podcasts.models.episode_links import feed_url
from tests.factories.network import make_clsm
from tests.factories.podcasts import TRANSCRIPT, make_show
from tests.podcasts.feed_world import make_full_episode, make_full_show, sample_channel
from tests.podcasts.local_server import local_server
from tests.timing import assert_proportional


def no_network(url: str, max_bytes: int, max_seconds: float) -> bytes:
    raise FetchError("Cette adresse ne répond pas.")


class TestFetching:
    def guard(self, server, *addresses: str) -> Guard:
        """« feed.example » is this machine, allowed for the test; every other name is a private network."""
        names = {"feed.example": ["127.0.0.1"], "interne.example": ["10.0.0.8"], "mixte.example": ["127.0.0.1", "::1"]}
        return Guard(
            resolve=lambda host, port: names[host],
            is_allowed=lambda address: address == "127.0.0.1",
            ports=frozenset({server.port}),
        )

    def test_reads_the_address_that_was_checked(self):
        with local_server(flux=(200, {}, b"<rss/>")) as server:
            url = f"http://feed.example:{server.port}/flux"
            assert fetch(url, guard=self.guard(server)) == b"<rss/>"
        assert [seen[2] for seen in server.seen] == [f"feed.example:{server.port}"]

    def test_follows_redirects_but_checks_each(self):
        with local_server(fin=(200, {}, b"ok")) as server:
            guard = self.guard(server)
            server.answers["/ici"] = (302, {"Location": "/fin"}, b"")
            server.answers["/boucle"] = (302, {"Location": "/boucle"}, b"")
            server.answers["/interne"] = (302, {"Location": f"http://interne.example:{server.port}/fin"}, b"")
            server.answers["/fichier"] = (302, {"Location": "file:///etc/passwd"}, b"")
            root = f"http://feed.example:{server.port}"
            assert fetch(f"{root}/ici", guard=guard) == b"ok"
            for path, said in (("boucle", "trop de fois"), ("interne", "réseau privé"), ("fichier", "http://")):
                with pytest.raises(FetchError, match=said):
                    fetch(f"{root}/{path}", guard=guard)
            with pytest.raises(FetchError, match="réseau privé"):
                fetch(f"http://mixte.example:{server.port}/fin", guard=guard)

    def test_bounds_size_and_time(self):
        with local_server(long=(200, {}, b"x" * 5000)) as server:
            url = f"http://feed.example:{server.port}/long"
            with pytest.raises(FetchError, match="dépasse"):
                fetch(url, max_bytes=1000, guard=self.guard(server))
            with pytest.raises(FetchError, match="lentement"):
                fetch(url, max_seconds=0, guard=self.guard(server))

    def test_says_what_did_not_answer(self):
        with local_server() as server:
            guard = self.guard(server)
            with pytest.raises(FetchError, match="404"):
                fetch(f"http://feed.example:{server.port}/absent", guard=guard)
        with pytest.raises(FetchError, match="ne répond pas"):
            fetch(f"http://feed.example:{server.port}/flux", guard=guard)

    @pytest.mark.parametrize(
        "url",
        [
            "file:///etc/passwd",
            "ftp://ftp.example/flux.xml",
            "http://127.0.0.1/flux.xml",
            "http://127.1/flux.xml",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://[::1]/flux.xml",
            "http://[::ffff:127.0.0.1]/",
            "http://[fe80::1]/",
            "http://10.0.0.1/flux.xml",
            "http://169.254.169.254/latest/meta-data/",
            "http://0.0.0.0/",
            "http://8.8.8.8:6379/",
            "http://compte:secret@8.8.8.8/",
            "http://localhost/",
            "http:///flux.xml",
            "http://[mal/",
            "",
        ],
    )
    def test_refuses(self, url):
        with pytest.raises(FetchError):
            fetch(url)

    def test_an_unknown_name_is_said(self):
        def unknown(host: str, port: int) -> list[str]:
            raise socket.gaierror

        with pytest.raises(FetchError, match="inconnu"):
            fetch("https://absent.example/", guard=Guard(resolve=unknown))

    def test_public_addresses(self):
        assert is_public("8.8.8.8") and is_public("2606:4700::1111") and is_public("64:ff9b::808:808")
        hidden = [
            f"{start}{end}"
            for start in ("::", "::ffff:", "::ffff:0:", "64:ff9b::", "64:ff9b:1::", "64:ff9b:1:7f00:1:0:")
            for end in ("7f00:1", "a00:1", "a9fe:a9fe", "0:0")
        ]
        plain = ["100.64.0.1", "224.0.0.1", "2002:7f00:1::", "fc00::1", "fe80::1%eth0", "2001:0:0:0:0:0:80ff:fffe"]
        assert [address for address in [*plain, *hidden] if is_public(address)] == []


@pytest.mark.django_db
class TestRoundTrip:
    def test_our_feed_comes_back_as_it_was(self, client):
        show = make_full_show()
        clsm = make_clsm()
        sources = [make_full_episode(clsm=clsm, title=f"Épisode {rank}", date=date(2026, 1, rank)) for rank in (1, 2)]
        content = client.get(urlsplit(feed_url(show)).path).content

        def ask(url: str, max_bytes: int, max_seconds: float) -> bytes:
            response = client.get(urlsplit(url).path)
            assert response.status_code == 200
            return response.getvalue()

        # The sounds and transcripts are taken before the show that serves them goes.
        kept = {
            url: ask(url, 0, 0) for item in read_feed(content).episodes for url in (item.sound_url, item.transcript_url)
        }
        guid = show.guid
        show.delete()
        target = make_show(title="Arrivée", slug="arrivee")
        feed = read_feed(content)
        outcomes = list(import_feed(feed, target, lambda url, *limits: kept[url]))

        assert [outcome.state for outcome in outcomes] == ["ajouté"] * 2
        # The address of this test is not in https; voices, image and licence are left to a person. The chapters are
        # in the feed and in a file.
        left = {notice.cell for episode in feed.episodes for notice in episode.notices}
        assert left == {"chapitre 2", "podcast:person", "podcast:license", "podcast:chapters"}
        assert [outcome.problems for outcome in outcomes] == [
            [str(notice) for notice in episode.notices] for episode in reversed(feed.episodes)
        ]
        assert ShowPage.objects.get().guid == guid
        for source in sources:
            page = EpisodePage.objects.get(guid=source.guid)
            assert not page.live and not page.get_latest_revision_as_object().live
            assert (page.title, page.season, page.number) == (source.title, source.season, source.number)
            assert (page.date, page.summary, page.kind) == (source.date, source.summary, source.kind)
            starts = [(chapter.start, chapter.title) for chapter in chapters.read(page.chapters)]
            assert starts == [(chapter.start, chapter.title) for chapter in chapters.read(source.chapters)]
            assert [(cue.start, cue.speaker, cue.text) for cue in page.cues] == [
                (cue.start, cue.speaker, cue.text) for cue in source.cues
            ]
            assert page.transcript_status == "brouillon"
            assert (page.soundbite_start, page.soundbite_duration) == (10, 30)
            assert (page.audio.version, page.audio.duration) == (source.audio.version, source.audio.duration)
        assert [outcome.state for outcome in import_feed(feed, target, no_network)] == ["déjà là"] * 2

    def test_a_show_that_has_episodes_keeps_its_identity(self):
        show = make_show()
        make_full_episode()
        list(import_feed(read_feed(write(sample_channel(1))), show, no_network))
        assert str(ShowPage.objects.get().guid) == str(show.guid) != sample_channel(1).guid


@pytest.mark.django_db
class TestForeignFeeds:
    def feed(self, item: str):
        spaces = " ".join(
            (
                'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"',
                'xmlns:podcast="https://podcastindex.org/namespace/1.0"',
                'xmlns:content="http://purl.org/rss/1.0/modules/content/"',
                'xmlns:psc="http://podlove.org/simple-chapters"',
            )
        )
        item = f"<item><guid>ailleurs-1</guid><title>Venu d’ailleurs</title>{item}</item>"
        return read_feed(f"<rss {spaces}><channel><title>Autre</title>{item}</channel></rss>".encode())

    def run(self, item: str, fetch=no_network):
        (outcome,) = import_feed(self.feed(item), make_show(), fetch)
        return outcome, EpisodePage.objects.filter(guid="ailleurs-1").first()

    def test_notes_are_cleaned_and_summaries_cut(self):
        notes = "<h2>Titre</h2><p onclick='x()'>Un <strong>mot</strong></p><script>alert(1)</script><img src='x'>"
        long = "mot " * 200
        item = f"<content:encoded><![CDATA[{notes}]]></content:encoded><itunes:summary>{long}</itunes:summary>"
        _outcome, page = self.run(item)
        assert page.notes == "<p>Titre</p><p>Un <b>mot</b></p>"
        assert len(page.summary) <= 300 and page.summary.endswith("mot…")

    def test_a_summary_is_the_words_of_the_description_apart(self):
        words = "<p>Un <b>mot</b>.</p><p>Deux &amp; trois<br>quatre</p><script>non</script>"
        item = f"<description><![CDATA[{words}]]></description>"
        _outcome, page = self.run(item)
        assert page.summary == "Un mot. Deux & trois quatre"

    def test_odd_values_are_left_out(self):
        item = (
            "<itunes:season>0</itunes:season><itunes:episode>douze</itunes:episode><pubDate>hier</pubDate>"
            "<itunes:episodeType>autre</itunes:episodeType><podcast:soundbite startTime='x' duration='inf'/>"
        )
        outcome, page = self.run(item)
        assert (page.season, page.number, page.kind, page.soundbite_start) == (1, None, "full", None)
        assert page.date is None
        (said,) = [problem for problem in outcome.problems if "pubDate" in problem]
        assert said == "Ligne 1, pubDate : cette date ne se lit pas : indiquez-la dans l’épisode (« hier »)"

    def test_what_cannot_be_had_is_said_and_the_draft_kept(self):
        item = (
            '<enclosure url="https://son.example/a.mp3" type="audio/mpeg" length="1"/>'
            '<podcast:transcript url="https://son.example/a.vtt" type="text/vtt"/>'
            '<podcast:chapters url="https://son.example/a.json" type="application/json+chapters"/>'
        )
        outcome, page = self.run(item)
        assert outcome.state == "ajouté" and page.audio is None
        assert [problem.split(" :")[0] for problem in outcome.problems[-3:]] == ["Transcription", "Chapitres", "Son"]

    def test_a_false_sound_and_a_false_transcript_are_refused(self):
        item = (
            '<enclosure url="https://son.example/a.mp3" type="audio/mpeg" length="1"/>'
            '<podcast:transcript url="https://son.example/a.vtt" type="text/vtt"/>'
        )
        outcome, page = self.run(item, lambda *args: b"<html>non</html>")
        assert page.audio is None and page.transcript == ""
        assert {problem.split(" :")[0] for problem in outcome.problems} >= {"Transcription", "Son"}

    def test_chapters_of_a_file_and_a_transcript_are_kept(self):
        files = {
            "https://son.example/a.vtt": TRANSCRIPT.encode(),
            "https://son.example/a.json": b'{"version": "1.2.0", "chapters": [{"startTime": 0, "title": "Un"}, '
            b'{"startTime": 10.5, "title": "Deux"}, {"startTime": 20, "title": "Trois"}]}',
        }
        item = (
            '<podcast:transcript url="https://son.example/a.vtt" type="text/vtt"/>'
            '<podcast:chapters url="https://son.example/a.json" type="application/json+chapters"/>'
        )
        _outcome, page = self.run(item, lambda url, *limits: files[url] if url else no_network(url, *limits))
        assert page.chapters == "00:00:00 Un\n00:00:10 Deux\n00:00:20 Trois"
        assert len(page.cues) == 2

    def test_what_a_transcript_loses_is_said_by_its_line(self):
        item = '<podcast:transcript url="https://son.example/a.srt" type="application/srt"/>'
        content = b"1\n00:00:00,000 --> 00:00:02,000\n<i>Bonjour</i>\n\n2\n0:5 --> 0:6\nMerci\n"
        outcome, page = self.run(item, lambda url, *limits: content if url else no_network(url, *limits))
        assert [cue.text for cue in page.cues] == ["Bonjour"]
        said = [problem for problem in outcome.problems if problem.startswith("Transcription")]
        assert len(said) == 2
        assert "Ligne 6 : minutage illisible" in said[0] and "« 0:5 --> 0:6 Merci »" in said[0]
        assert "Ligne 3 : mise en forme retirée" in said[1]

    def test_an_identity_that_does_not_fit_is_refused(self):
        feed = self.feed("")
        long = read_feed(write(sample_channel(1)).replace(sample_channel(1).items[0].guid.encode(), b"x" * 2001))
        (outcome,) = import_feed(long, make_show(), no_network)
        assert outcome.state == "refusé" and not EpisodePage.objects.exists()
        assert feed.guid is None

    @pytest.mark.parametrize(
        "content",
        [
            b'<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><rss><channel><title>&b;</title></channel></rss>',
            b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><title>&x;</title></channel></rss>',
            b"<html></html>",
        ],
    )
    def test_bombs_and_pages_are_refused(self, content):
        with pytest.raises(FeedError):
            read_feed(content)


@pytest.mark.django_db
class TestCommand:
    def run(self, *args: str) -> str:
        out = StringIO()
        call_command("podcast_import", *args, stdout=out)
        return out.getvalue()

    def test_dry_run_writes_nothing(self, tmp_path):
        guid = make_show(title="La voix des CLSM").guid
        path = tmp_path / "flux.xml"
        path.write_bytes(write(sample_channel(2)))
        said = self.run("https://ailleurs.example/flux.xml", "--file", str(path), "--dry-run")
        assert said.count("à ajouter : ") == 2 and "2 épisode(s) dans « La voix des CLSM », 0 refusé(s)." in said
        assert not EpisodePage.objects.exists()
        assert ShowPage.objects.get().guid == guid

    def test_dry_run_says_all_that_the_import_would_say_of_the_feed(self, tmp_path):
        make_show()
        path = tmp_path / "flux.xml"
        path.write_bytes(
            feed_of(
                "<itunes:season>0</itunes:season>\n<podcast:person>Une voix</podcast:person>",
                podcast="https://podcastindex.org/namespace/1.0/",
            ).replace(b"Mon, 03 Mar 2025 08:00:00 +0100", b"hier")
        )
        dry, real = (
            self.run("https://ailleurs.example/flux.xml", "--file", str(path), *options).splitlines()
            for options in (["--dry-run"], [])
        )
        assert dry == [
            "Ligne 5 : cet espace de noms est mal écrit, il est lu comme s’il était exact "
            "(« https://podcastindex.org/namespace/1.0/ »)",
            "à ajouter : Épisode",
            "  Ligne 3, pubDate : cette date ne se lit pas : indiquez-la dans l’épisode (« hier »)",
            "  Ligne 4, itunes:season : ce nombre n’est pas gardé : un nombre à partir de 1 est attendu (« 0 »)",
            "  Ligne 5, podcast:person : cette personne n’est pas reprise : nommez la voix par sa fonction, avec son "
            "autorisation (« Une voix »)",
            "1 épisode(s) dans « Émission », 0 refusé(s).",
        ]
        assert [line for line in real if not line.startswith("  Son :")] == [
            line.replace("à ajouter", "ajouté") for line in dry
        ]
        assert EpisodePage.objects.get().date is None

    @pytest.mark.parametrize("url", ["file:///etc/passwd", "http://127.0.0.1/flux.xml"])
    def test_private_places_are_refused(self, url):
        make_show()
        with pytest.raises(CommandError, match="ne se lit pas"):
            self.run(url)

    def test_unknown_show(self):
        with pytest.raises(CommandError, match="Aucune émission"):
            self.run("https://ailleurs.example/flux.xml", "--show", "absente")


SPACES = {
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "psc": "http://podlove.org/simple-chapters",
    "content": "http://purl.org/rss/1.0/modules/content/",
}


def feed_of(item: str, *, encoding: str = "utf-8", **spaces: str) -> bytes:
    """A feed of one episode, its item from line 3 on."""
    names = " ".join(f'xmlns:{prefix}="{space}"' for prefix, space in {**SPACES, **spaces}.items())
    return (
        f'<?xml version="1.0" encoding="{encoding}"?>\n<rss version="2.0" {names}><channel><title>Émission</title>\n'
        "<item><guid>g1</guid><title>Épisode</title><pubDate>Mon, 03 Mar 2025 08:00:00 +0100</pubDate>"
        f'<enclosure url="https://x.example/a.mp3" type="audio/mpeg" length="1"/>\n{item}</item></channel></rss>'
    ).encode(encoding)


def only(content: bytes):
    """(episode, notices of the feed and of the episode) of a feed of one episode."""
    feed = read_feed(content)
    (episode,) = feed.episodes
    said = [(n.line, n.cell, n.text, n.message) for n in (*feed.notices, *episode.notices)]
    return episode, said


class TestReading:
    @pytest.mark.parametrize(
        "kind",
        (
            *("text/vtt", "text/vtt; charset=utf-8", "Text/VTT", "application/srt", "text/srt", "text/x-srt"),
            *("Application/X-SubRip", "application/json", ""),
        ),
    )
    def test_a_transcript_is_taken_whatever_its_type_is_called(self, kind):
        episode, said = only(feed_of(f'<podcast:transcript url="https://x.example/t.srt" type="{kind}"/>'))
        assert (episode.transcript_url, said) == ("https://x.example/t.srt", [])

    @pytest.mark.parametrize(
        "space",
        [
            "https://podcastindex.org/namespace/1.0/",
            "http://podcastindex.org/namespace/1.0",
            "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md",
        ],
    )
    def test_a_namespace_is_known_in_every_spelling(self, space):
        item = '<podcast:transcript url="https://x.example/t.vtt" type="text/vtt"/>'
        episode, said = only(feed_of(item, podcast=space))
        assert episode.transcript_url == "https://x.example/t.vtt"
        assert said == [(4, "", space, "cet espace de noms est mal écrit, il est lu comme s’il était exact")]

    @pytest.mark.parametrize(
        ("space", "cell"),
        [
            ("http://www.google.com/schemas/play-podcasts/1.0", "googleplay:explicit"),
            ("https://inconnu.example/ns/1.0", "explicit"),
        ],
    )
    def test_a_namespace_is_never_shown_by_its_address(self, space, cell):
        _, said = only(feed_of("<other:explicit>yes</other:explicit>", other=space))
        assert [remark[1] for remark in said] == [cell]

    def test_a_date_to_come_is_said(self):
        feed = feed_of("").replace(b"Mon, 03 Mar 2025", b"Mon, 06 Mar 2034")
        _, said = only(feed)
        assert [(remark[1], remark[3]) for remark in said] == [
            ("pubDate", "cette date est à venir (06/03/2034) : vérifiez-la")
        ]

    def test_a_namespace_in_capitals(self):
        spaces = {"itunes": "http://www.itunes.com/DTDs/Podcast-1.0.dtd"}
        episode, _ = only(feed_of("<itunes:explicit>YES</itunes:explicit>", **spaces))
        assert episode.is_explicit

    def test_values_in_capitals(self):
        item = "<itunes:explicit>True</itunes:explicit><itunes:episodeType>Bonus</itunes:episodeType>"
        episode, said = only(feed_of(item))
        assert (episode.is_explicit, episode.kind, said) == (True, "bonus", [])

    @pytest.mark.parametrize(
        ("item", "cell", "text", "message"),
        [
            ("<itunes:explicit>peut-être</itunes:explicit>", "itunes:explicit", "peut-être", "n’est pas connue"),
            ("<itunes:episodeType>x</itunes:episodeType>", "itunes:episodeType", "x", "n’est pas connue"),
            ("<itunes:season>0</itunes:season>", "itunes:season", "0", "ce nombre n’est pas gardé"),
            ("<itunes:episode>douze</itunes:episode>", "itunes:episode", "douze", "ce nombre n’est pas gardé"),
            ('<itunes:image href="https://x.example/i.jpg"/>', "itunes:image", "https://x.example/i.jpg", "l’image"),
            ("<podcast:person>Zoé F.</podcast:person>", "podcast:person", "Zoé F.", "cette personne"),
            ("<podcast:license>cc-by-4.0</podcast:license>", "podcast:license", "cc-by-4.0", "cette licence"),
            ("<podcast:location>Lille</podcast:location>", "podcast:location", "Lille", "n’est pas repris"),
            ("<link>https://x.example/1</link>", "link", "https://x.example/1", "n’est pas repris"),
            ('<podcast:soundbite startTime="x" duration="9"/>', "podcast:soundbite", "x 9", "ne se lit pas"),
            (
                '<enclosure url="https://x.example/b.pdf" type="application/pdf"/>',
                "enclosure",
                "",
                "un épisode a un son",
            ),
            ("<content:encoded>&lt;img src='a'&gt;Bonjour</content:encoded>", "content:encoded", "", "img"),
            (
                '<podcast:transcript url="https://x.example/t" type="text/html"/>',
                "podcast:transcript",
                "",
                "sans temps",
            ),
        ],
    )
    def test_what_is_not_taken_is_said_with_its_line(self, item, cell, text, message):
        _, said = only(feed_of(item))
        assert [(line, name) for line, name, *_ in said] == [(4, cell)]
        assert text in said[0][2] and message in said[0][3]

    def test_a_title_has_its_entities_of_html(self):
        item = "<itunes:title>L&amp;#8217;écoute &amp;amp; nous</itunes:title>"
        episode, said = only(feed_of(item))
        assert episode.title == "L’écoute & nous"
        assert said == [(3, "title", "Épisode", "ce titre n’est pas gardé : « itunes:title » est pris")]

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso-8859-1", "utf-16"])
    def test_encodings_that_are_declared(self, encoding):
        content = (
            feed_of("", encoding=encoding.removesuffix("-sig")).decode(encoding.removesuffix("-sig")).encode(encoding)
        )
        episode, said = only(content)
        assert (episode.title, said) == ("Épisode", [])

    def test_lines_before_the_xml_count(self):
        _, said = only(b"\xef\xbb\xbf\r\n\n" + feed_of("<itunes:season>0</itunes:season>"))
        assert [line for line, *_ in said] == [6]

    def test_an_encoding_that_is_not_the_declared_one_is_said(self):
        episode, said = only(feed_of("").decode().encode("cp1252"))
        assert episode.title == "Épisode"
        assert said[0][0] == 2 and "Windows-1252" in said[0][3]

    def test_entities_of_html_and_lone_ampersands_are_mended_and_said(self):
        item = (
            "<itunes:title>Caf&eacute; & th&eacute; &lt;3 &inconnue;</itunes:title>\n"
            "<description><![CDATA[a & b]]></description>"
        )
        episode, said = only(feed_of(item))
        assert (episode.title, episode.summary) == ("Café & thé <3 &inconnue;", "a & b")
        assert [line for line, *_ in said if line == 4] == [4]

    def test_an_identifier_that_is_missing_is_the_address_of_the_sound(self):
        episode, said = only(feed_of("").replace(b"<guid>g1</guid>", b""))
        assert episode.guid == "https://x.example/a.mp3"
        assert [(line, text) for line, _, text, _ in said] == [(3, "https://x.example/a.mp3")]

    def test_the_sound_is_taken_whatever_comes_before_it(self):
        other = b'<enclosure url="https://x.example/a.pdf" type="application/pdf"/>'
        episode, said = only(feed_of("").replace(b"<enclosure", other + b"<enclosure", 1))
        assert episode.sound_url == "https://x.example/a.mp3"
        assert [(line, cell) for line, cell, *_ in said] == [(3, "enclosure")]

    def test_the_date_of_publication_comes_first(self):
        dc = "http://purl.org/dc/elements/1.1/"
        episode, _ = only(feed_of("<dc:date>2024-01-01</dc:date>", dc=dc))
        assert episode.date == date(2025, 3, 3)

    def test_of_two_formats_the_one_with_the_voices_is_taken(self):
        item = "".join(
            f'<podcast:transcript url="https://x.example/t.{name}" type="{kind}" language="fr"/>'
            for name, kind in [("srt", "application/srt"), ("vtt", "text/vtt"), ("json", "application/json")]
        )
        episode, said = only(feed_of(item))
        assert (episode.transcript_url, said) == ("https://x.example/t.vtt", [])

    @pytest.mark.parametrize(("value", "is_explicit"), [("clean", False), ("No", False), ("explicit", True)])
    def test_old_values_of_explicit(self, value, is_explicit):
        episode, said = only(feed_of(f"<itunes:explicit>{value}</itunes:explicit>"))
        assert (episode.is_explicit, said) == (is_explicit, [])

    def test_an_extract_without_length_is_not_kept(self):
        episode, said = only(feed_of('<podcast:soundbite startTime="1" duration="0"/>'))
        assert episode.soundbite is None
        assert [(line, cell, text) for line, cell, text, _ in said] == [(4, "podcast:soundbite", "1 0")]

    def test_a_long_title_is_cut_and_said(self):
        episode, said = only(feed_of("").replace("Épisode".encode(), b"a" * 256))
        assert episode.title == "a" * 255
        assert [(line, cell, text) for line, cell, text, _ in said] == [(3, "title", "a" * 256)]

    def test_signs_inside_cdata_of_several_lines_are_left(self):
        item = "<itunes:title>a & b</itunes:title>\n<description><![CDATA[c & d\ne &eacute; f]]></description>"
        episode, said = only(feed_of(item))
        assert "c & d" in episode.summary
        assert [line for line, cell, *_ in said if not cell] == [4]

    def test_an_ampersand_beside_cdata_is_mended(self):
        item = "<itunes:title>R & D</itunes:title><description><![CDATA[a & b]]> & <![CDATA[&eacute;]]></description>"
        content = feed_of(item).replace(b"\n", b"")
        episode, said = only(content)
        assert (episode.title, episode.notes) == ("R & D", "<p>a &amp; b &amp; é</p>")
        assert "« & » mal écrit en XML, lu comme en HTML" in [message for *_, message in said]

    @pytest.mark.parametrize("declared", ["iso-8859-1", "ISO-8859-15", "latin1", "us-ascii"])
    def test_letters_of_windows_in_a_feed_that_declares_another_encoding(self, declared):
        source = feed_of("<itunes:title>L’été — œuvre</itunes:title>").decode().replace('"utf-8"', f'"{declared}"')
        episode, said = only(source.encode("cp1252"))
        assert episode.title == "L’été — œuvre"
        assert said[0][0] == 2 and "Windows-1252" in said[0][3]

    @pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1252"])
    def test_a_feed_in_utf_8_that_declares_another_encoding(self, declared):
        source = feed_of("<itunes:title>L’été — œuvre</itunes:title>").decode().replace('"utf-8"', f'"{declared}"')
        episode, said = only(source.encode())
        assert episode.title == "L’été — œuvre"
        assert said[0] == (1, "", "", "le flux est en UTF-8, quoi qu’il déclare : vérifiez les lettres accentuées")

    def test_a_feed_in_the_encoding_of_windows_that_it_declares(self):
        source = feed_of("<itunes:subtitle>Épisode</itunes:subtitle>").decode().replace('"utf-8"', '"windows-1252"')
        episode, said = only(source.replace("Épisode", "L’été").encode("cp1252"))
        assert (episode.title, said) == ("L’été", [])

    def test_references_to_letters_of_windows(self):
        episode, said = only(feed_of("<itunes:title>L&#146;&#233;t&#233; &#x9C;uf</itunes:title>"))
        assert episode.title == "L’été œuf"
        assert (4, "« & » mal écrit en XML, lu comme en HTML") in [(line, message) for line, *_, message in said]

    @pytest.mark.parametrize(
        ("content", "remedy"),
        [
            (feed_of("<a>"), "corrigez cet endroit"),
            (b"<!DOCTYPE rss [<!ENTITY a 'b'>]><rss><channel/></rss>", "retirez cette déclaration"),
            (feed_of("").replace(b"utf-8", b"klingon"), "enregistrez-le en UTF-8"),
        ],
    )
    def test_a_refusal_says_what_to_do(self, content, remedy):
        with pytest.raises(FeedError, match=remedy):
            read_feed(content)

    @pytest.mark.parametrize(
        ("item", "said"),
        [
            (
                "<description>Un texte.</description><itunes:subtitle>Autre chose</itunes:subtitle>",
                (4, "itunes:subtitle", "Autre chose", "ce sous-titre n’est pas gardé"),
            ),
            (
                '<podcast:soundbite startTime="73" duration="60">Le mot de la fin</podcast:soundbite>',
                (4, "podcast:soundbite", "Le mot de la fin", "le titre de cet extrait n’est pas gardé"),
            ),
            (
                '<podcast:soundbite startTime="73.5" duration="60.4"/>',
                (4, "podcast:soundbite", "73.5 60.4", "cet extrait est arrondi à 74 s, pour 60 s"),
            ),
            (
                '<psc:chapters><psc:chapter start="0" title="A" image="https://x.example/a.jpg"/></psc:chapters>',
                (4, "psc:chapter", "https://x.example/a.jpg", "l’image de ce chapitre n’est pas reprise"),
            ),
            (
                "<itunes:season>2</itunes:season><podcast:season>3</podcast:season>",
                (4, "podcast:season", "3", "ce nombre n’est pas gardé : « itunes:season » est pris"),
            ),
            (
                '<podcast:chapters url="https://x.example/c.json"/>\n'
                '<psc:chapters><psc:chapter start="0" title="A"/></psc:chapters>',
                (
                    4,
                    "podcast:chapters",
                    "https://x.example/c.json",
                    "ce fichier n’est pas lu : les chapitres du flux sont pris",
                ),
            ),
        ],
    )
    def test_what_another_value_hides_is_said(self, item, said):
        assert [remark for remark in only(feed_of(item))[1] if remark[1]] == [said]

    @pytest.mark.parametrize(
        "item",
        [
            "<description>Un texte. La suite.</description><itunes:subtitle>Un texte…</itunes:subtitle>",
            "<itunes:subtitle>Épisode</itunes:subtitle>",
            '<podcast:soundbite startTime="73.0" duration="60"/>',
            "<itunes:season>2</itunes:season><podcast:season>2</podcast:season>",
        ],
    )
    def test_a_value_that_is_repeated_is_not_said(self, item):
        assert only(feed_of(item))[1] == []

    def test_episodes_outside_the_channel_are_read_and_said(self):
        content = feed_of("").replace(b"<item>", b"</channel><item>").replace(b"</item></channel>", b"</item>")
        episode, said = only(content)
        assert episode.guid == "g1"
        assert [(line, cell, message) for line, cell, _, message in said] == [
            (3, "item", "cet épisode est hors de « channel », il est lu comme s’il y était")
        ]

    @pytest.mark.parametrize("show", ["fr", "fr-FR", "FR_fr", ""])
    def test_the_transcript_in_the_language_of_the_show_is_taken(self, show):
        item = (
            '<podcast:transcript url="https://x.example/fr.srt" type="application/srt" language="fr"/>\n'
            '<podcast:transcript url="https://x.example/en.vtt" type="text/vtt" language="en"/>\n'
            '<podcast:transcript url="https://x.example/t.html" type="text/html"/>'
        )
        content = feed_of(item).replace("<title>Émission".encode(), f"<language>{show}</language><title>É".encode())
        episode, said = only(content)
        assert episode.transcript_url == "https://x.example/fr.srt"
        assert [(line, message) for line, cell, _, message in said if cell == "podcast:transcript"] == [
            (5, "cette transcription dans une autre langue n’est pas reprise")
        ]

    def test_a_transcript_in_another_language_alone_is_taken(self):
        item = '<podcast:transcript url="https://x.example/en.vtt" type="text/vtt" language="en"/>'
        assert only(feed_of(item))[0].transcript_url == "https://x.example/en.vtt"

    def test_identifiers_are_kept(self):
        content = feed_of("")
        assert only(content.replace(b">g1<", b">\n https://x.example/?p=12 \n<"))[0].guid == "https://x.example/?p=12"
        assert only(content.replace(b">g1<", b">" + b"u" * 300 + b"<"))[0].guid == "u" * 300
        assert only(content.replace(b">g1<", b">un deux<"))[0].guid == "un deux"

    @pytest.mark.parametrize(
        ("value", "day", "is_certain"),
        [
            ("Sun, 02 Mar 2025 23:30:00 +0000", date(2025, 3, 3), True),
            ("Sun, 02 Mar 2025 23:30:00 -0000", date(2025, 3, 3), True),
            ("2025-03-02T23:30:00Z", date(2025, 3, 3), True),
            ("2025-03-03", date(2025, 3, 3), True),
            ("Mon, 3 Mar 2025 08:00:00 CET", date(2025, 3, 3), False),
            ("03/12/2025", date(2025, 12, 3), False),
            ("hier", None, False),
            ("31/02/2025", None, False),
            ("Thu, 01 Jan 1970 00:00:00 +0000", None, False),
            ("", None, False),
        ],
    )
    def test_a_date_never_becomes_today(self, value, day, is_certain):
        assert read_date(value) == (day, is_certain)

    def test_simple_chapters_in_every_clock(self):
        item = (
            '<psc:chapters><psc:chapter start="00:00:00.000" title="A"/><psc:chapter start="1:02" title="B"/>\n'
            '<psc:chapter start="90" title="C"/><psc:chapter start="01:02:03.5" title="D"/>'
            '<psc:chapter start="x" title="E"/></psc:chapters>'
        )
        episode, said = only(feed_of(item))
        assert [(c.start, c.title) for c in episode.chapters] == [(0, "A"), (62, "B"), (90, "C"), (3723, "D")]
        assert [(line, cell, text) for line, cell, text, _ in said] == [
            (5, "chapitre 5", "x E"),
            (5, "chapitre 4", "01:02:03.5 D"),
        ]

    def test_two_episodes_with_one_identifier_are_said(self):
        content = feed_of("</item><item><guid>g1</guid><title>B</title>")
        assert [(n.cell, n.text) for n in read_feed(content).notices] == [("guid", "g1")]

    def test_the_command_line_gives_the_same_three_lists(self, tmp_path):
        path = tmp_path / "flux.xml"
        path.write_bytes(feed_of("<itunes:season>0</itunes:season>"))
        reading = read_feed_file(path)
        assert reading.items[0]["title"] == "Épisode" and "notices" not in reading.items[0]
        assert [(notice.line, notice.cell) for notice in reading.notices] == [(4, "itunes:season")]
        path.write_bytes(b"<html/>")
        assert "n’est pas un flux RSS" in read_feed_file(path).errors[0].message

    @given(
        st.sampled_from([SPACES["podcast"], f"{SPACES['podcast']}/", "http://podcastindex.org/namespace/1.0"]),
        st.sampled_from([SPACES["itunes"], "http://www.itunes.com/DTDs/Podcast-1.0.dtd"]),
        st.sampled_from(["text/vtt", "Text/VTT", "text/vtt; charset=utf-8", "application/x-subrip"]),
        st.sampled_from(["yes", "True", " TRUE ", "Explicit"]),
        st.sampled_from(["bonus", "Bonus", " BONUS "]),
        st.sampled_from(["utf-8", "iso-8859-1", "cp1252", "utf-16"]),
        st.sampled_from([b"", b"\n", b"\r\n \t"]),
        st.sampled_from([b"\n", b"\r\n", b"\r"]),
    )
    def test_one_episode_reads_the_same_however_it_is_written(
        self, podcast, itunes, kind, explicit, episode_type, encoding, before, end
    ):
        def item(kind: str, explicit: str, episode_type: str) -> str:
            return (
                f'<podcast:transcript url="https://x.example/t.vtt" type="{kind}"/>\n<itunes:summary>L\'été &amp; '
                f"après</itunes:summary><itunes:explicit>{explicit}</itunes:explicit>\n"
                f"<itunes:episodeType>{episode_type}</itunes:episodeType>"
            )

        plain, said = only(feed_of(item("text/vtt", "yes", "bonus")))
        assert (said, plain.kind, plain.is_explicit) == ([], "bonus", True)
        content = feed_of(item(kind, explicit, episode_type), encoding=encoding, podcast=podcast, itunes=itunes)
        if encoding != "utf-16":
            content = before + content.replace(b"\n", end)
        written, _ = only(content)
        assert replace(written, notices=()) == replace(plain, notices=())

    @given(
        st.one_of(st.binary(max_size=200), st.binary(max_size=40).map(lambda part: feed_of("@").replace(b"@", part)))
    )
    def test_any_bytes_are_a_feed_or_a_refusal(self, content):
        with contextlib.suppress(FeedError):
            read_feed(content)

    @pytest.mark.parametrize(
        "unit",
        [
            *(
                "a & b\n",
                "&",
                "&eacute;",
                "<![CDATA[a & b]]>\n",
                "<![CDATA[\n",
                "&lt;b>",
                "&lt;",
                "&lt;strong ",
                "&lt;div ",
                "&lt;p ",
                "&lt;?xml ",
                "&#146;",
                "\x01a\n",
            ),
            *(
                "<itunes:season>0</itunes:season>",
                "<guid>a</guid>",
                '<enclosure url="a"/>',
                "<a>",
                "<item>",
                "</item><item>",
            ),
            *('<podcast:transcript url="a" type="text/vtt"/>\n', '<podcast:soundbite startTime="1" duration="2"/>'),
            '<psc:chapters><psc:chapter start="1" title="a"/></psc:chapters>',
        ],
    )
    @pytest.mark.parametrize("place", ["{}", "<description>{}</description>", "<description>& {}</description>"])
    def test_time_is_proportional_to_the_length(self, place, unit):
        def read(text: str) -> None:
            with contextlib.suppress(FeedError):
                read_feed(feed_of(text))

        length = 20_000 if unit.startswith("&lt;") else 4_000  # the square shows from 100,000 characters of tags on
        assert_proportional(read, lambda length: place.format(unit * (length // len(unit))), length)

    @pytest.mark.parametrize("unit", ["&lt;div ", "&lt;strong ", "&lt;em", "&lt;", "&lt;!--"])
    def test_tags_that_never_end_take_a_time_in_proportion(self, unit):
        def write(length: int) -> str:
            return f"<description>{unit * (length // len(unit))}</description>"

        assert_proportional(lambda text: read_feed(feed_of(text)), write, length=20_000)

    def test_a_feed_without_end_is_read_in_part_and_said(self, monkeypatch):
        monkeypatch.setattr(reader, "MOST_EPISODES", 2)
        content = feed_of("</item>\n" + "<item><guid>g2</guid></item>\n" * 2 + "<item><guid>g3</guid>")
        feed = read_feed(content)
        assert [episode.guid for episode in feed.episodes] == ["g1", "g2"]
        (said,) = [notice for notice in feed.notices if "épisodes : après" in notice.message]
        assert (said.line, said.cell) == (6, "item") and "ce flux a 4 épisodes" in said.message
