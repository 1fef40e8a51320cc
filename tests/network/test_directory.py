from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from network.coordination.assignments import assign, end
from network.models import (
    ClsmCommune,
    ClsmEpci,
    ClsmPage,
    ClsmRecord,
    ClsmSector,
    ClsmWorkingGroup,
    CoordinatorAssignment,
)
from network.models import clsm_context as network_profile
from network.models.clsm_context import PARTS, with_links
from network.models.queries import directory, stale_profiles
from portal.taxonomies.models import Vocabulary
from tests.factories.network import (
    make_clsm,
    make_commune,
    make_coordinator,
    make_department,
    make_directory,
    make_term,
    make_theme,
)
from tests.network.places import make_epci, make_lille

pytestmark = pytest.mark.django_db


@pytest.fixture
def lille():
    commune = make_lille()
    commune.postcodes.create(code="59800")
    return commune


def found(client, **filters) -> list[str]:
    response = client.get("/clsm/", filters)
    assert response.status_code == 200
    return [clsm.title for clsm in response.context["clsms"]]


def test_filters(client, lille):
    make_clsm(title="A Lille", communes=[lille])
    project = make_term(Vocabulary.CLSM_STATUS, "en-projet", "En projet")
    make_clsm(title="B Hérault", status=project)
    assert found(client) == ["A Lille", "B Hérault"]
    assert found(client, commune="lille") == ["A Lille"]
    assert found(client, commune="59800") == ["A Lille"]
    assert found(client, commune="Nulle-Part") == []
    assert found(client, region=lille.department.region.slug) == ["A Lille"]
    assert found(client, departement=make_department().slug) == ["B Hérault"]
    assert found(client, statut="en-projet") == ["B Hérault"]
    assert found(client, statut="en-projet", commune="lille") == []


def test_a_commune_is_covered_by_its_epci_and_on_its_dates(client, lille):
    by_epci = make_clsm(title="Par l’EPCI")
    by_epci.epci_items = [ClsmEpci(epci=make_epci(lille))]
    by_epci.save()
    gone = make_clsm(title="Sortie")
    gone.commune_items.add(ClsmCommune(commune=lille, until=timezone.localdate() - timedelta(days=1)))
    gone.save()
    assert found(client, commune="lille") == ["Par l’EPCI"]


@pytest.fixture
def reunion():
    commune = make_commune("97411", "Saint-Denis", department=make_department("974", "La Réunion"))
    return make_clsm(title="CLSM de l’île", communes=[commune])


@pytest.mark.parametrize(
    "typed", ["La Réunion", "réunion", "974", "Saint-Denis (La Réunion)", "97400", "La Réunion (département 974)"]
)
def test_a_territory_finds_its_clsm(client, reunion, typed):
    make_clsm(title="Ailleurs")
    assert found(client, commune=typed) == ["CLSM de l’île"]
    assert "Aucun CLSM ne couvre" not in client.get("/clsm/", {"commune": typed}).content.decode()


def test_a_region_and_an_epci_are_places_too(client, lille):
    make_clsm(title="A Lille", communes=[lille])
    make_clsm(title="B Hérault")
    for typed in ("Nord", "MEL", "métropole de Lille", "Lomme", "59033 LILLE CEDEX"):
        assert found(client, commune=typed) == ["A Lille"], typed
    assert found(client, commune="Corse") == []


@pytest.mark.parametrize("typed", ["la Creuse", "en Creuse", "de la Creuse", "le 23", "Creuse"])
def test_a_departement_with_its_article_finds_its_clsm(client, typed):
    gueret = make_commune("23096", "Guéret", department=make_department("23", "Creuse"))
    make_clsm(title="CLSM de Guéret", communes=[gueret])
    make_clsm(title="Ailleurs")
    assert found(client, commune=typed) == ["CLSM de Guéret"]
    page = client.get("/clsm/", {"commune": typed}).content.decode()
    assert ("désigne plusieurs lieux" in page) is (typed in ("la Creuse", "Creuse"))


def test_a_doubt_is_asked_and_a_guess_is_said(client, reunion):
    page = client.get("/clsm/", {"commune": "La Réunion"}).content.decode()
    assert "« La Réunion » désigne plusieurs lieux." in page
    assert 'href="?commune=La%20R%C3%A9union%20%2847%29"' in page
    assert found(client, commune="La Réunion (47)") == []
    page = client.get("/clsm/", {"commune": "Cran-Gevrier"}).content.decode()
    assert "lu comme Annecy (74)" in page
    page = client.get("/clsm/", {"commune": "Nulle-Part"}).content.decode()
    assert "Nous ne trouvons pas ce lieu" in page


@pytest.mark.parametrize(
    "query",
    [
        {"commune": "x\x00y"},
        {"commune": "é" * 10_000},
        {"commune": "<script>'\"--", "page": "-1"},
        {"region": "inconnue", "departement": "00", "statut": "'; DROP"},
        {"page": "99999999999999999999"},
    ],
)
def test_hostile_input_shows_a_page(client, query):
    make_clsm()
    assert client.get("/clsm/", query).status_code == 200


def test_drafts_and_private_profiles_are_not_listed_nor_counted(client):
    make_clsm(title="Brouillon", live=False)
    private = make_clsm(title="Privé")
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    make_clsm(title="Public")
    response = client.get("/clsm/")
    assert [clsm.title for clsm in response.context["clsms"]] == ["Public"]
    assert [(row.slug, row.count) for row in response.context["status_counts"]] == [("operationnel", 1)]
    assert [row.count for row in response.context["department_counts"]] == [1]
    assert response.context["counted_on"] == timezone.localdate()


def test_an_inactive_person_and_hidden_details_are_not_public(client):
    clsm = make_clsm()
    today = timezone.localdate()
    shown = make_coordinator(first_name="Dominique", last_name="Visible")
    hidden = make_coordinator(first_name="Claude", last_name="Discret", email="discret@clsm.example")
    gone = make_coordinator(first_name="Alix", last_name="Partie")
    phone = "01 99 00 12 34"
    assign(clsm, shown, start=today, phone=phone, shows_name=True, shows_email=True, shows_phone=True)
    assign(clsm, hidden, start=today, phone="01 99 00 56 78", job_title="Coordination")
    assign(clsm, gone, start=today - timedelta(9), end=today - timedelta(1), shows_name=True)
    html = client.get(clsm.url).content.decode()
    assert "Dominique Visible" in html and shown.email in html
    for secret in ("Discret", "discret@", "56 78", "Partie"):
        assert secret not in html


def test_each_number_of_a_coordinator_is_a_link_and_an_unreadable_one_is_text(client):
    clsm = make_clsm()
    phone = "+262 (0)2 62 12 34 56 poste 12 / 0692\u202f12\u202f34\u202f56"
    post = assign(clsm, make_coordinator(), start=timezone.localdate(), phone=phone, shows_phone=True)
    assert post.phone == "02 62 12 34 56 poste 12 / 06 92 12 34 56"
    assert phone_links(client, clsm) == [
        ("tel:+262262123456;ext=12", "02 62 12 34 56 poste 12"),
        ("tel:+262692123456", "06 92 12 34 56"),
    ]
    CoordinatorAssignment.objects.filter(pk=post.pk).update(phone="0262.12.34.56")
    assert phone_links(client, clsm) == [("tel:+262262123456", "02 62 12 34 56")], "stored before, shown alike"
    CoordinatorAssignment.objects.filter(pk=post.pk).update(phone="poste <1234>")
    assert phone_links(client, clsm) == []
    assert "poste &lt;1234&gt;" in client.get(clsm.url).content.decode()
    end(CoordinatorAssignment.objects.get(pk=post.pk), on=timezone.localdate())
    assert CoordinatorAssignment.objects.get(pk=post.pk).phone == "poste <1234>", "kept as it is"


def phone_links(client, clsm) -> list[tuple[str, str]]:
    contact = BeautifulSoup(client.get(clsm.url).content, "html.parser").select_one("section[aria-labelledby=contact]")
    return [(link["href"], link.get_text().strip()) for link in contact.select("a[href^='tel:']")]


def test_the_generic_address_is_never_shown(client):
    clsm = make_clsm(generic_email="contact-secret@clsm.example")
    assert "contact-secret" not in client.get(clsm.url).content.decode()


def test_a_bare_draft_can_be_previewed(client, admin_user):
    page = ClsmPage(title="Presque rien", slug="presque-rien", live=False)
    make_directory().add_child(instance=page)
    client.force_login(admin_user)
    response = page.make_preview_request(extra_request_attrs={"user": admin_user})
    assert response.status_code == 200


def fill(count: int) -> None:
    """``count`` more public profiles, written row by row: a thousand of them in about a second."""
    model, parent = ClsmPage.objects.first() or make_clsm(), make_directory()
    first = Page.objects.child_of(parent).count() + 1
    pages = [
        Page(
            title=f"CLSM {number:04}",
            slug=f"masse-{number}",
            path=Page._get_path(parent.path, parent.depth + 1, number),
            depth=parent.depth + 1,
            url_path=f"{parent.url_path}masse-{number}/",
            content_type=model.content_type,
            locale=model.locale,
        )
        for number in range(first, first + count)
    ]
    Page.objects.bulk_create(pages)
    for page in pages:
        ClsmPage(page_ptr=page, status=model.status, scale=model.scale).save_base(raw=True)
    through, place = ClsmPage.departments.through, make_department()
    through.objects.bulk_create([through(clsmpage_id=page.pk, department_id=place.pk) for page in pages])


def queries_of(client, url: str, **query) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url, query).status_code == 200
    return len(queries)


@pytest.mark.parametrize("query", [{}, {"page": "2"}, {"statut": "operationnel", "departement": "departement-34"}])
def test_the_cost_is_the_same_at_a_thousand_profiles(client, query):
    fill(40)
    client.get("/clsm/")
    few = queries_of(client, "/clsm/", **query)
    fill(960)
    many = queries_of(client, "/clsm/", **query)
    assert client.get("/clsm/").context["clsms"].paginator.count == 1_001
    assert few == many <= 15


def test_the_cost_of_a_profile_does_not_grow_with_its_parts(client):
    communes = [make_commune(f"34{number:03}", f"Commune {number}") for number in range(1, 30)]
    small, large = make_clsm(), make_clsm(communes=communes, body_kinds=["comite-de-pilotage", "bureau"] * 4)
    for _ in range(3):
        assign(large, make_coordinator(), start=date(2024, 1, 1))
    client.get(small.url)
    assert queries_of(client, small.url) == queries_of(client, large.url)


def test_the_context_of_a_profile_costs_four_queries(rf, django_assert_num_queries):
    clsm = with_links(ClsmPage.objects.filter(pk=make_clsm().pk)).get()
    request = rf.get(clsm.url)
    with django_assert_num_queries(4):
        context = clsm.get_context(request)
    assert [body["kind"] for body in context["bodies"]] == ["Comite de pilotage"]


def test_an_unknown_address_and_a_draft_are_not_found(client):
    draft = make_clsm(live=False)
    assert client.get(draft.url).status_code == 404
    assert client.get("/clsm/inconnu/").status_code == 404


def test_a_preview_and_a_public_page_show_the_same_parts(rf):
    clsm = ClsmPage.objects.get(pk=make_clsm(body_kinds=["bureau", "comite-de-pilotage"]).pk)
    clsm.working_group_items = [ClsmWorkingGroup(title="Groupe jeunes", theme=make_theme())]
    clsm.sector_items = [ClsmSector(kind="adulte", hospital="CH d’exemple")]
    clsm.body_items.all()[0].last_meeting = date(2026, 3, 4)
    clsm.audiences.set([make_term(Vocabulary.AUDIENCE, "elus", "Élus")])
    clsm.save()
    public, preview = (network_profile.profile_context(clsm, is_preview=flag) for flag in (False, True))
    for name, (_, _, fields) in PARTS.items():
        for row, item in zip(public[name], preview[name], strict=True):
            for key in set(fields) - {"document_id", "file"}:
                assert str(row[key] or "") == str(getattr(item, key) or "")
    assert [row["label"] for row in public["audiences"]] == [str(term) for term in preview["audiences"]]
    assert public["sectors"][0]["get_kind_display"] == preview["sectors"][0].get_kind_display()
    assert public["working_groups"][0]["get_status_display"] == preview["working_groups"][0].get_status_display()
    for name in ("communes", "departments", "regions", "population"):
        assert public[name] == preview[name]


def test_stale_profiles_come_oldest_first_and_by_person():
    today = date(2026, 6, 30)
    never, old, fresh = make_clsm(), make_clsm(), make_clsm()
    ClsmRecord.objects.filter(clsm=old).update(verified_on=date(2025, 1, 1))
    ClsmRecord.objects.filter(clsm=fresh).update(verified_on=date(2025, 12, 30))  # exactly six months
    person = make_coordinator(old)
    assert list(stale_profiles(today=today)) == [never, old]
    assert list(stale_profiles(person, today=today)) == [old]


def test_codes_and_slugs_name_a_place():
    clsm = make_clsm()
    assert list(directory(department="34", region="76")) == [clsm]
    assert list(directory(department="59")) == []


def test_a_place_with_a_spelling_mistake_is_proposed_and_not_taken(client):
    make_clsm()
    page = client.get("/clsm/", {"commune": "Marseile"})
    assert page.context["clsms"].paginator.count == 0
    content = page.content.decode()
    assert "Nous ne trouvons pas « Marseile ». Vouliez-vous dire" in content
    assert '<a href="?commune=Marseille%20%2813%29">Marseille (13)</a>' in content
    assert "Nous ne trouvons pas ce lieu." in client.get("/clsm/", {"commune": "xyzzyxyzzy"}).content.decode()
