"""Every number of « Pilotage » is the length of the list that it opens, and what is counted by hand."""

import re
from datetime import timedelta
from random import Random

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.urls import reverse

from caps_sheets.capitalisation.census.campaign import regions
from caps_sheets.capitalisation.models import Stage
from portal.indicators.counts import listed, numbers
from portal.indicators.queries import tables
from portal.indicators.scope import Scope
from portal.users.queries import ADMINISTRATION, COACHING, MODERATION
from tests.factories.capitalisation import make_case_file
from tests.indicators.world import REGIONS, ROLES, TODAY, make_random_world, recounted

pytestmark = pytest.mark.django_db

FILTERS = [
    {},
    {"region": REGIONS[0]},
    {"first": TODAY - timedelta(days=200), "last": TODAY - timedelta(days=30)},
    {"first": TODAY - timedelta(days=100), "region": REGIONS[1], "person": MODERATION},
    {"person": COACHING},
]
#: What the world counts again by hand: whole tables, and lines of others.
RECOUNTED = {"dossiers", "recensement", "profils", "postes", "fiches", "campagnes"}
RECOUNTED_LINES = {("echeances", "dossiers"), ("accords", "entretiens"), ("accords", "images")}


@pytest.fixture(scope="module")
def people(module_db):
    return make_random_world(Random(12))


def scoped(people, role, chosen):
    person = people[chosen["person"]].pk if "person" in chosen else None
    return Scope(people[role], TODAY, **{**chosen, "person": person}, regions=tuple(regions()))


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("chosen", FILTERS, ids=range(len(FILTERS)))
def test_every_number_is_the_length_of_its_list_and_what_is_counted_by_hand(people, role, chosen):
    with time_machine.travel(TODAY):
        scope = scoped(people, role, chosen)
        found = tables(scope)
        counted = numbers(found)
        for table in found:
            for line in table.lines:
                for column in line.conditions:
                    assert len(listed(line, column)) == counted[table.key, line.key, column], (table.key, line.key)
        by_hand = recounted(scope)
    shown = {key: number for key, number in counted.items() if key[0] in RECOUNTED or key[:2] in RECOUNTED_LINES}
    assert {key: number for key, number in shown.items() if number} == dict(by_hand)


def test_the_screen_shows_these_numbers_and_each_link_opens_that_many_rows(client, people):
    client.force_login(people[MODERATION])
    with time_machine.travel(TODAY):
        page = BeautifulSoup(client.get(reverse("indicators"), {"region": REGIONS[0]}).content, "html.parser")
        links = page.select(".indicators__table td a")
        assert len(links) > 20
        for link in Random(1).sample(links, 12):
            assert f"region={REGIONS[0]}" in link["href"]
            rows = client.get(link["href"])
            number = re.match(r"\d+", link.get_text())[0]
            assert rows.context["page_obj"].paginator.count == int(number), link["href"]
            exported = client.get(f"{link['href']}&export=csv").getvalue().decode()
            assert exported.count("\r\n") == int(number) + 1


def test_each_row_opens_for_who_reads_it(client, people):
    for role in (ADMINISTRATION, COACHING):
        client.force_login(people[role])
        with time_machine.travel(TODAY):
            page = BeautifulSoup(client.get(reverse("indicators")).content, "html.parser")
            first = {link["href"].split("/")[4]: link["href"] for link in page.select(".indicators__table td a")}
            for key in first.keys() - {"fiches", "episodes"}:  # the pages that one may change: their editor is slow
                item = client.get(first[key]).context["items"][0]
                assert client.get(item.url).status_code == 200, (role, item.url)


def test_the_screen_costs_the_same_with_more_rows(client, people, django_assert_max_num_queries):
    spent = []
    for _ in range(2):
        client.force_login(people[ADMINISTRATION])
        client.get(reverse("indicators"))  # permissions, content types
        with django_assert_max_num_queries(20) as counted:
            client.get(reverse("indicators"), {"region": REGIONS[0], "personne": people[MODERATION].pk})
        spent.append(len(counted))
        for _ in range(15):
            make_case_file(Stage.FRAMING, owner=people[MODERATION])
    assert spent[0] == spent[1]
