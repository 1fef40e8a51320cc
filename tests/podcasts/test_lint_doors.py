"""The lint where people meet it: the command, and the page of the back office before publishing."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from caps_sheets.podcasts.feeds.rss import write
from caps_sheets.podcasts.models import EpisodePage
from portal.users.models import User
from tests.factories.podcasts import make_episode
from tests.podcasts.feed_world import make_full_episode, make_full_show, sample_channel
from tests.refusals import NO_OFFICE, assert_refused


def run(*args: str) -> str:
    out = StringIO()
    call_command("podcast_lint", *args, stdout=out)
    return out.getvalue()


class TestCommandOnAFile:
    def test_good(self, tmp_path):
        path = tmp_path / "flux.xml"
        path.write_bytes(write(sample_channel(2)))
        assert run("--file", str(path)) == f"{path} : 0 constat(s)\n"

    def test_bad_fails_and_says_it_in_json(self, tmp_path):
        path = tmp_path / "flux.xml"
        path.write_bytes(write(sample_channel(2)).replace(b"<language>fr</language>", b""))
        out = StringIO()
        with pytest.raises(CommandError) as raised:
            call_command("podcast_lint", "--file", str(path), "--json", stdout=out)
        assert raised.value.returncode == 1
        (row,) = json.loads(out.getvalue())
        assert (row["feed"], row["rule"], row["level"], row["where"]) == (str(path), "langue", "erreur", "")

    def test_advice_alone_does_not_fail(self, tmp_path):
        path = tmp_path / "flux.xml"
        path.write_bytes(write(sample_channel(2, author="")))
        assert "[conseil] auteur" in run("--file", str(path))

    @pytest.mark.parametrize("options", [["--file", "absent.xml"], ["--url", "http://127.0.0.1/flux.xml"]])
    def test_what_cannot_be_read_fails(self, options):
        with pytest.raises(CommandError, match="ne se lit pas"):
            run(*options)


@pytest.mark.django_db
def test_command_on_our_shows():
    show = make_full_show()
    make_full_episode()
    assert run() == f"{show.title} : 0 constat(s)\n"


@pytest.mark.django_db
class TestScreen:
    def ask(self, client, page) -> str:
        response = client.get(reverse("podcast_check_feed", args=[page.pk]))
        assert response.status_code == 200
        return response.content.decode()

    def test_an_episode_is_checked_before_it_airs(self, admin_client):
        make_full_show()
        draft = make_episode(live=False, title="Brouillon", audio=None, summary="")
        content = self.ask(admin_client, draft)
        assert "L’épisode n’a pas de son" in content and "L’épisode n’a pas de résumé" in content
        assert "Brouillon" not in admin_client.get("/podcast/flux.xml").content.decode()

    def test_only_what_the_draft_brings_is_said(self, admin_client):
        show = make_full_show(author="", artwork=None)
        episode = make_full_episode()
        assert "Rien à signaler" in self.ask(admin_client, episode)
        content = self.ask(admin_client, show)
        assert "La pochette manque" in content and "1 erreur," in content

    def test_the_latest_text_counts(self, admin_client):
        make_full_show()
        episode = make_full_episode()
        episode.soundbite_duration = 5
        episode.save_revision()
        assert "L’extrait doit durer" in self.ask(admin_client, episode)

    def test_buttons_lead_there(self, admin_client):
        show = make_full_show()
        episode = make_full_episode()
        for page in (show, episode):
            content = admin_client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
            assert reverse("podcast_check_feed", args=[page.pk]) in content

    def test_only_for_those_who_may_edit(self, client, admin_client):
        show = make_full_show()
        address = reverse("podcast_check_feed", args=[show.pk])
        assert client.get(address).status_code == 302
        client.force_login(User.objects.create_user("lecture@portail.example"))
        assert_refused(client.get(address), NO_OFFICE)
        assert admin_client.post(address).status_code == 405
        other = reverse("podcast_check_feed", args=[show.get_parent().pk])
        assert admin_client.get(other).status_code == 404
        assert EpisodePage.objects.count() == 0
