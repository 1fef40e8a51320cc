"""What a list of sheets says of each one."""

from datetime import timedelta

import pytest
from django.utils import timezone

from caps_sheets.models import CapsSheetPage, SheetCommune
from caps_sheets.models.cards import cards, with_episodes
from caps_sheets.podcasts.models import EpisodePage
from tests.factories.network import make_clsm, make_commune, make_department, make_theme
from tests.factories.podcasts import make_episode, make_show
from tests.factories.sheets import make_sheet
from tests.factories.site import make_private

pytestmark = pytest.mark.django_db


def card() -> dict:
    return cards(with_episodes(CapsSheetPage.objects.all()))[0]


def test_a_card_names_themes_clsms_and_places_in_their_order() -> None:
    second = make_clsm(title="CLSM du Bocage", communes=[make_commune("75056", "Paris", department=paris())])
    first = make_clsm(title="CLSM du Vallon")
    themes = [make_theme("logement"), make_theme("deuil")]
    make_sheet(clsms=[first, second, make_clsm(live=False)], themes=themes, main_theme=themes[1])
    found = card()
    assert [theme.slug for theme in found["themes"]] == ["deuil", "logement"]
    assert found["place"] == "CLSM du Vallon · CLSM du Bocage · Hérault · Paris"
    assert found["place_code"] == "34"


def paris():
    return make_department("75", "Paris", ("11", "Île-de-France"))


def test_the_communes_of_the_action_win_over_those_of_its_clsms() -> None:
    sheet = make_sheet(clsms=[make_clsm(title="CLSM du Vallon")])
    SheetCommune.objects.create(page=sheet, commune=make_commune("75056", "Paris", department=paris()))
    assert (card()["place"], card()["place_code"]) == ("CLSM du Vallon · Paris", "75")


def test_a_list_costs_two_queries(django_assert_num_queries) -> None:
    for _ in range(3):
        make_sheet()
    card()  # the address of the site is then in the cache
    with django_assert_num_queries(2):
        assert len(cards(with_episodes(CapsSheetPage.objects.all()))) == 3
    assert cards(CapsSheetPage.objects.none()) == []


def test_only_what_may_be_heard_is_announced() -> None:
    sheet = make_sheet()
    assert not card()["has_episode"]
    episode = make_episode(sheets=[sheet])
    assert card()["has_episode"]
    EpisodePage.objects.update(expire_at=timezone.now() - timedelta(minutes=1))
    assert not card()["has_episode"]
    EpisodePage.objects.update(expire_at=None, live=False)
    assert not card()["has_episode"]
    EpisodePage.objects.filter(pk=episode.pk).update(live=True)
    make_private(make_show())
    assert not card()["has_episode"]
