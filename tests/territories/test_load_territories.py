"""The loading command, on real départements and on the whole country."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from network.models import ClsmCommune
from network.territories import services
from network.territories.management.commands import load_territories
from network.territories.models import Commune, Department, Epci, Postcode, Region
from tests.factories.network import make_clsm


def run(**options: str) -> str:
    out = StringIO()
    call_command("load_territories", stdout=out, **options)
    return out.getvalue()


def snapshot() -> list[list[tuple]]:
    models = (Region, Department, Epci, Commune, Commune.epcis.through, Postcode)
    return [list(model._base_manager.order_by("pk").values_list()) for model in models]


@pytest.fixture
def only_small_data(monkeypatch: pytest.MonkeyPatch, places: None) -> list[str]:
    """Make the data files hold one département; the returned list names the INSEE codes to leave out."""
    left_out: list[str] = []
    complete = services.read

    def read(name: str):
        for row in complete(name):
            code = row.get("code", "")
            department = services.department_of(code) if name == "communes" else code
            if name not in {"communes", "departments"} or (department == "34" and code not in left_out):
                yield row

    for module in (services, load_territories):
        monkeypatch.setattr(module, "read", read)
    return left_out


@pytest.mark.django_db
def test_the_whole_country_loads_and_loads_again_without_a_change() -> None:
    assert "communes : 35008" in run()
    before = snapshot()
    assert "Aucun changement." in run()
    assert snapshot() == before
    assert Region.objects.count() == 24
    assert Department.objects.filter(slug="cotes-d-armor", region__slug="bretagne").exists()
    assert Commune.objects.filter(latitude=None).exclude(department__code__gte="975").count() == 0


def test_a_renamed_commune_and_a_lost_postcode_are_put_right(places: None) -> None:
    Commune.objects.filter(code="34079").update(name="Ancien nom", population=1)
    Postcode.objects.filter(commune="34079").update(code="00000")
    output = run(departments="34")
    assert "communes : 341 (dont ajouts 0, modifications 1, retraits 0)" in output
    assert "codes postaux : 346 (dont ajouts 1, modifications 0, retraits 1)" in output
    assert Commune.objects.get(code="34079").name == "Clermont-l’Hérault"


def test_a_subset_removes_nothing(places: None) -> None:
    before = snapshot()
    assert "Aucun changement." in run(departments="974")
    assert snapshot() == before


def test_what_left_the_data_is_removed(only_small_data: list[str]) -> None:
    only_small_data.append("34172")
    output = run()
    assert not Commune.objects.filter(code="34172").exists()
    assert list(Department.objects.values_list("code", flat=True)) == ["34"]
    assert list(Region.objects.values_list("name", flat=True)) == ["Occitanie"]
    assert not Epci.objects.filter(name="Plaine Commune").exists()
    assert "conservé" not in output


def test_what_a_page_uses_is_kept_and_said(only_small_data: list[str]) -> None:
    clsm = make_clsm(communes=[Commune.objects.get(code="34172"), Commune.objects.get(code="93066")])
    only_small_data.append("34172")
    output = run()
    assert "encore utilisé : Montpellier (34) [34172]" in output
    assert "encore utilisé : Saint-Denis (93) [93066]" in output
    assert "encore utilisé : Seine-Saint-Denis (93) [93]" in output
    assert ClsmCommune.objects.filter(page=clsm).count() == 2
    assert not Commune.objects.filter(code="75056").exists()


def test_an_unknown_department_is_refused(db: None) -> None:
    before = snapshot()
    with pytest.raises(CommandError, match="Département inconnu : 00"):
        run(departments="12,00")
    assert snapshot() == before
