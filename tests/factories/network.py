"""Factories of the network: a directory, organisations and complete, publishable CLSM profiles."""

from collections.abc import Mapping
from datetime import date
from itertools import count
from typing import TypeVar

from django.db.models import Model
from wagtail.models import Page, Site

from network.models import (
    ClsmBody,
    ClsmCofacilitation,
    ClsmCommune,
    ClsmPage,
    ClsmRecord,
    CoordinatorAssignment,
    DirectoryPage,
    Organisation,
)
from network.models.clsm import Representation
from network.models.covered_area import covered_area, departments_of, population_of
from network.territories.models import Commune, Department, Region
from portal.home.models import HomePage
from portal.taxonomies.models import Term, Theme, Vocabulary
from portal.users.models import User
from tests.factories.pages import insert

numbers = count(1)
ListPage = TypeVar("ListPage", bound=Page)
Row = TypeVar("Row", bound=Model)


def given(model: type[Row], defaults: Mapping[str, object], **key: object) -> Row:
    """The row of that key, written once without waking what listens to its changes."""
    row = model._default_manager.filter(**key).first()
    return row or model._default_manager.bulk_create([model(**key, **defaults)])[0]


def make_term(vocabulary: Vocabulary, slug: str, label: str = "") -> Term:
    defaults = {"label": label or slug.replace("-", " ").capitalize()}
    return given(Term, defaults, vocabulary=vocabulary, slug=slug)


def make_theme(slug: str = "acces-aux-soins", objective: str = "parcours", **kw: object) -> Theme:
    defaults = {
        "name": slug.replace("-", " ").capitalize(),
        "objective": make_term(Vocabulary.OBJECTIVE, objective),
    }
    return given(Theme, defaults | kw, slug=slug)


def make_department(code: str = "34", name: str = "Hérault", region: tuple[str, str] = ("76", "Occitanie")):
    """A département and its region, by their real codes."""
    parent = given(Region, {"name": region[1], "slug": f"region-{region[0]}"}, code=region[0])
    return given(Department, {"name": name, "slug": f"departement-{code.lower()}", "region": parent}, code=code)


def make_commune(code: str = "34079", name: str = "Clermont-l’Hérault", **kw: object) -> Commune:
    """A commune of ``department`` (Hérault by default) with 1,000 inhabitants by default."""
    kw.setdefault("department", make_department())
    return given(Commune, {"name": name, "population": 1000} | kw, code=code)


def make_home() -> HomePage:
    """The home page, created once at the root of the default site."""
    home = HomePage.objects.first()
    if home is None:
        home = HomePage(title="Portail des CLSM", slug="accueil")
        Page.objects.get(depth=1).add_child(instance=home)
        Site.objects.update_or_create(
            is_default_site=True, defaults={"root_page": home, "hostname": "localhost", "port": 80}
        )
    return home


def make_list(page_type: type[ListPage], title: str, slug: str) -> ListPage:
    """The only page of its type, created once under the home page."""
    page = page_type.objects.first()
    if page is None:
        page = page_type(title=title, slug=slug)
        make_home().add_child(instance=page)
    return page


def make_directory() -> DirectoryPage:
    return make_list(DirectoryPage, "Annuaire des CLSM", "clsm")


def make_organisation(name: str = "Commune d’exemple", kind: str = "commune", **kw: object) -> Organisation:
    term = make_term(Vocabulary.ORGANISATION_TYPE, kind)
    return given(Organisation, {"kind": term} | kw, name=name)


def build_clsm(**kw: object) -> ClsmPage:
    """An unsaved profile. ``communes``, ``themes``, ``body_kinds`` and ``cofacilitators`` fill the parts."""
    number = next(numbers)
    communes = kw.pop("communes") if "communes" in kw else [make_commune()]
    themes = kw.pop("themes") if "themes" in kw else [make_theme()]
    body_kinds = kw.pop("body_kinds", ("comite-de-pilotage",))
    hospitals = kw.pop("cofacilitators", ("Centre hospitalier d’exemple",))
    defaults: dict[str, object] = {
        "title": f"CLSM d’exemple {number}",
        "slug": f"clsm-exemple-{number}",
        "status_date": date(2022, 1, 1),
        "created_on": date(2021, 1, 1),
        "short_name": f"CLSM {number}",
        "short_description": "Profil d’exemple fictif.",
        "presidency_role": "Adjointe au maire chargée de la santé",
        "presidency_authority": "Commune d’exemple",
        "user_representation": Representation.YES,
        "carer_representation": Representation.YES,
        "is_vacant": True,
    }
    defaults |= {
        "status": make_term(Vocabulary.CLSM_STATUS, "operationnel", "Opérationnel (actif)"),
        "scale": make_term(Vocabulary.SCALE, "communale"),
        "carrier": make_organisation(),
    }
    page = ClsmPage(**(defaults | kw))
    page.commune_items = [ClsmCommune(commune=commune) for commune in communes]
    page.cofacilitation_items = [ClsmCofacilitation(hospital=name, role="Médecin chef de pôle") for name in hospitals]
    page.body_items = [ClsmBody(kind=make_term(Vocabulary.BODY_TYPE, kind)) for kind in body_kinds]
    page.themes.add(*themes)
    return page


def make_clsm(**kw: object) -> ClsmPage:
    """A published profile (``live=False`` for a draft), complete and operational, in the directory."""
    page = build_clsm(**kw)
    communes = covered_area(page) if page.live else Commune.objects.none()
    page.computed_population = population_of(communes) if page.live else None
    departments = list(departments_of(communes))
    insert(make_directory(), page)
    ClsmRecord.objects.bulk_create([ClsmRecord(clsm=page)], ignore_conflicts=True)
    link = ClsmPage.departments.through
    links = [link(clsmpage=page, department=department) for department in departments]
    link.objects.bulk_create(links, ignore_conflicts=True)
    return page


def make_coordinator(clsm: ClsmPage | None = None, **kw: object) -> User:
    """A coordinator's account; with ``clsm``, in post there since 2021."""
    number = next(numbers)
    defaults = {
        "email": f"coordination{number}@clsm.example",
        "first_name": "Camille",
        "last_name": "Exemple",
    }
    user = User.objects.create_user(**(defaults | kw))
    if clsm is not None:
        CoordinatorAssignment.objects.create(clsm=clsm, user=user, start=date(2021, 1, 1))
    return user
