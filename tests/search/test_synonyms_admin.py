"""The team keeps the synonyms; the next search uses them."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from search.engines.base import SearchEngine
from search.models import SynonymGroup
from search.outbox import rebuild
from search.queries import SearchQuery
from search.results import find
from tests.factories.sheets import make_sheet

pytestmark = pytest.mark.django_db
ADD = reverse("search_synonyms:add")


def add(client: Client, phrases: str, note: str = "") -> HttpResponse:
    return client.post(ADD, {"phrases": phrases, "note": note}, follow=True)


def messages_of(response: HttpResponse) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def titles(text: str) -> list[str]:
    return [str(card["title"]) for card in find(SearchQuery(text)).cards]


def test_what_is_saved_serves_the_next_search_without_a_rebuild(admin_client: Client, built: SearchEngine) -> None:
    make_sheet(title="Un balluchon pour souffler")
    rebuild()
    assert titles("xyloglotte") == []
    add(admin_client, "xyloglotte\nballuchon")
    assert len(titles("Xyloglottes")) == 1
    group = SynonymGroup.objects.get(phrases__contains="balluchon")
    admin_client.post(reverse("search_synonyms:edit", args=[group.pk]), {"phrases": "xyloglotte\npause", "note": ""})
    assert titles("xyloglotte") == []
    admin_client.post(
        reverse("search_synonyms:edit", args=[group.pk]), {"phrases": "xyloglotte\nballuchon", "note": ""}
    )
    assert len(titles("xyloglotte")) == 1
    admin_client.post(reverse("search_synonyms:delete", args=[group.pk]))
    assert titles("xyloglotte") == []


def test_a_group_is_deleted_after_a_confirmation(admin_client: Client) -> None:
    group = SynonymGroup.objects.create(phrases="un truc\nune chose")
    url = reverse("search_synonyms:delete", args=[group.pk])
    assert "un truc" in admin_client.get(url).content.decode()
    assert SynonymGroup.objects.filter(pk=group.pk).exists()
    admin_client.post(url)
    assert not SynonymGroup.objects.filter(pk=group.pk).exists()


@pytest.mark.parametrize(
    ("phrases", "error"),
    [
        ("", "Champ requis"),
        ("seul", "au moins deux expressions différentes"),
        ("répit\nRépits\nREPIT", "au moins deux expressions différentes"),
        ("répit\n—", "ne contient ni lettre ni chiffre"),
        ("répit\nde la", "trop courant"),
        ("répit\n" + "très " * 20 + "long", "trop long"),
        ("\n".join(f"mot{number}" for number in range(31)), "30 expressions au plus"),
    ],
)
def test_an_error_is_said_beside_the_field(admin_client: Client, phrases: str, error: str) -> None:
    before = SynonymGroup.objects.count()
    response = add(admin_client, phrases)
    (said,) = response.context["form"].errors["phrases"]
    assert error in said
    assert "error-message" in response.content.decode()
    assert SynonymGroup.objects.count() == before


def test_repeats_of_one_phrase_are_written_once(admin_client: Client) -> None:
    add(admin_client, "Répit\n\n répits \nsouffler")
    assert SynonymGroup.objects.get(phrases__contains="souffler").phrases == "Répit\nsouffler"


def test_a_phrase_of_another_group_is_allowed_but_said(admin_client: Client) -> None:
    add(admin_client, "xyloglotte\nballuchon")
    response = add(admin_client, "Balluchons\npause")
    assert "« Balluchons » figure aussi dans le groupe « xyloglotte = balluchon »" in messages_of(response)
    assert SynonymGroup.objects.filter(phrases__contains="pause").exists()
    other = SynonymGroup.objects.create(phrases="un truc\nune chose")
    response = admin_client.post(
        reverse("search_synonyms:edit", args=[other.pk]), {"phrases": "un truc\npause", "note": ""}, follow=True
    )
    assert "« pause » figure aussi" in messages_of(response)
    assert "figure aussi" not in messages_of(add(admin_client, "seul\ndifférent"))


def test_the_list_is_searched(admin_client: Client) -> None:
    SynonymGroup.objects.create(phrases="xyloglotte\nballuchon", note="vu au comité")
    for words in ("balluchon", "comité"):
        listed = admin_client.get(reverse("search_synonyms:index"), {"q": words}).context["object_list"]
        assert [str(group) for group in listed] == ["xyloglotte = balluchon"]


def test_the_report_fills_the_form(admin_client: Client) -> None:
    response = admin_client.get(ADD, {"phrases": "<b>répit</b>\nautre"})
    assert response.context["form"].initial["phrases"] == "<b>répit</b> autre\n"
    assert "&lt;b&gt;répit&lt;/b&gt; autre" in response.content.decode()
