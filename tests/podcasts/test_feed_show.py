"""A show for the directories: an identity that never changes, an artwork that they accept."""

import pytest
from django.urls import reverse
from wagtail.images.tests.utils import get_test_image_file, get_test_image_file_jpeg, get_test_image_file_webp
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text

from caps_sheets.podcasts.models import ShowPage
from caps_sheets.podcasts.models.episode_links import feed_url, show_guid
from tests.factories.medialib import make_image
from tests.factories.network import make_theme
from tests.factories.podcasts import make_episode, make_show
from tests.factories.site import make_site


@pytest.mark.parametrize(
    ("address", "guid"),
    [  # the examples of the podcast namespace specification
        ("https://podnews.net/rss", "9b024349-ccf0-5f69-a609-6b82873eab3c"),
        ("https://mp3s.nashownotes.com/pc20rss.xml", "917393e3-1b1e-5cef-ace4-edaa54e1f810"),
    ],
)
def test_identity_follows_the_specification(address, guid):
    assert str(show_guid(address)) == str(show_guid(f"{address}/")) == guid


@pytest.mark.django_db
class TestIdentity:
    def test_comes_from_the_first_address(self):
        show = make_show()
        assert show.guid == show_guid(feed_url(show)) == ShowPage.objects.get().guid

    def test_survives_another_address_and_an_old_draft(self):
        show = make_show()
        guid, first = show.guid, feed_url(show)
        show.slug, show.guid = "ailleurs", None
        old_draft = show.save_revision()
        old_draft.publish()
        moved = ShowPage.objects.get()
        assert moved.guid == guid
        assert feed_url(moved) != first

    def test_of_a_copy_or_of_a_show_that_takes_the_address_is_another(self):
        show = make_show()
        first = show.slug
        show.slug = "ailleurs"
        show.save()
        copied = show.copy(update_attrs={"slug": first, "title": "Copie"})
        assert copied.guid and copied.guid != show.guid


def edit(client, show, **kw):
    fields = {
        "title": show.title,
        "slug": show.slug,
        "introduction": rich_text(""),
        "artwork": "",
        "order": "episodic",
        "frequency": "",
        "category": ShowPage.Category.MENTAL_HEALTH,
        "author": "",
        "copyright": "",
        "licence": "",
        "owner_email": "",
        "new_feed_url": "",
        "season_items": inline_formset([]),
        "platform_items": inline_formset([]),
        "proof_items": inline_formset([]),
        "comments": inline_formset([]),
    }
    return client.post(reverse("wagtailadmin_pages:edit", args=[show.pk]), nested_form_data(fields | kw))


@pytest.mark.django_db
class TestForm:
    @pytest.mark.parametrize(
        ("make", "size", "rights", "said"),
        [
            (get_test_image_file_jpeg, (1400, 1500), {}, "carrée"),
            (get_test_image_file_jpeg, (1200, 1200), {}, "de 1400 à 3000"),
            (get_test_image_file_webp, (1400, 1400), {}, "WEBP"),
            (get_test_image_file_jpeg, (1400, 1400), {"credit": ""}, "crédit"),
        ],
    )
    def test_says_why_an_artwork_would_be_refused(self, admin_client, make, size, rights, said):
        image = make_image(file=make(size=size), **rights)
        response = edit(admin_client, make_show(), artwork=str(image.pk), author="Centre d’exemple")
        assert said in str(response.context["form"].errors["artwork"])
        assert "Centre d’exemple" in response.content.decode()

    @pytest.mark.parametrize("make", [get_test_image_file, get_test_image_file_jpeg])
    def test_accepts_a_square_png_or_jpeg(self, admin_client, make):
        image = make_image(file=make(size=(1400, 1400)))
        edit(admin_client, make_show(), artwork=str(image.pk), author="Centre d’exemple")
        draft = ShowPage.objects.get().get_latest_revision_as_object()
        assert (draft.artwork, draft.author) == (image, "Centre d’exemple")

    def test_a_file_lost_by_the_storage_is_said(self, admin_client):
        image = make_image(file=get_test_image_file(size=(1400, 1400)))
        image.file.storage.delete(image.file.name)
        response = edit(admin_client, make_show(), artwork=str(image.pk))
        assert "illisible" in str(response.context["form"].errors["artwork"])

    def test_refuses_two_names_for_one_season_and_an_address_in_clear(self, admin_client):
        seasons = inline_formset([{"number": "1", "name": "Un"}, {"number": "1", "name": "Autre"}])
        assert "même saison" in edit(admin_client, make_show(), season_items=seasons).content.decode()
        response = edit(admin_client, make_show(), new_feed_url="http://ailleurs.example/flux.xml")
        assert "https://" in str(response.context["form"].errors["new_feed_url"])

    def test_opens_with_its_help(self, admin_client):
        content = admin_client.get(reverse("wagtailadmin_pages:edit", args=[make_show().pk])).content.decode()
        assert "de 1400 à 3000 px" in content and "Textes de vérification" in content


@pytest.mark.django_db
def test_show_page_declares_its_feed(client):
    show = make_show()
    declared = f'<link rel="alternate" type="application/rss+xml" title="{show.title}" href="{feed_url(show)}">'
    assert declared in client.get(show.url).content.decode()


@pytest.mark.django_db
def test_theme_page_declares_the_feed_of_its_episodes(client):
    make_site()
    theme, other = make_theme("ruralite", name="Ruralité"), make_theme("precarite", name="Précarité")
    episode = make_episode(themes=[theme])
    show = episode.get_parent().specific
    declared = f'title="{show.title} – Ruralité" href="{feed_url(show, theme.slug)}">'
    assert declared in client.get("/themes/ruralite/").content.decode()
    assert "flux/" not in client.get(f"/themes/{other.slug}/").content.decode()
