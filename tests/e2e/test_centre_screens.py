"""Every screen of the Centre's daily work, whole document, on a desk and on a phone: nothing that axe refuses."""

import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import AXE, WIDTHS, require

pytestmark = pytest.mark.e2e

#: Faults of Wagtail's own shell, by rule and place, and why they are not ours to mend.
OF_WAGTAIL = {
    # The search form of the side menu has no name: one more « search » landmark beside that of a listing.
    ("landmark-unique", "w-h-\\[42px\\]"),
}
CASE = "Gardiens d’immeuble : repérer et orienter"


@pytest.fixture
def centre(sign_in) -> Page:
    """A page of the administration, the role that opens every screen."""
    return sign_in("administration", bypass_csp=True)


def led_to(page: Page, start: str, link: str) -> str:
    """The address of the link of ``start`` whose address or text holds ``link``."""
    page.goto(start)
    return str(page.locator(f"main a[href*='{link}'], main a:has-text('{link}')").first.get_attribute("href"))


def titled(page: Page, words: str, kind: str = "caps_sheets.capssheetpage") -> str:
    """``/admin/pages/<id>/`` of the page of this ``kind`` whose title holds ``words``."""
    edit = led_to(page, f"/admin/pages/search/?q={words}&content_type={kind}", "/edit/")
    return edit.removesuffix("edit/")


def screens(page: Page) -> dict[str, str]:
    case = led_to(page, "/admin/capitalisation/", CASE)
    interview = led_to(page, case, "/capitalisation/entretiens/")
    suicide, waiting, read = (titled(page, words) for words in ("sentinelles", "repas", "banc"))
    profile = titled(page, "Mayenne", "network.clsmpage").rstrip("/").rpartition("/")[2]
    return {
        "tableau de bord": "/admin/",
        "registre": "/admin/recensement/",
        "inspection": led_to(page, "/admin/recensement/", "/inspect/"),
        "états": "/admin/recensement/etats/",
        "import": "/admin/recensement/importer/",
        "tableau": "/admin/capitalisation/",
        "liste": "/admin/capitalisation/dossiers/",
        "liste des fiches": "/admin/fiches/liste/",
        "dossier et cadrage": case,
        "entretien": interview,
        "réponses": f"{interview}reponses/",
        "analyse": f"{interview}analyse/",
        "planifier": led_to(page, case, "/entretiens/nouveau/"),
        "transcription": led_to(page, interview, "/transcription/"),
        "passages": led_to(page, interview, "/passages/"),
        "fichier privé": f"{interview}fichiers/ajouter/",
        "lectures d’un fichier": led_to(page, interview, "/lectures/"),
        "consentement": f"{interview}consentement/",
        "grille": f"{read}grille/",
        "parler du suicide": f"{suicide}parler-du-suicide/",
        "passer outre": f"{waiting}passer-outre/",
        "relectures": "/admin/relectures/",
        "relecture": "/admin/relectures/1/",  # another test may have answered it: it is then no longer listed
        "délais": "/admin/capitalisation/pilotage/",
        "pilotage": "/admin/pilotage/",
        "liste d’un chiffre": "/admin/pilotage/liste/profils/tous/tous/",
        "personnes": "/admin/pilotage/personnes/",
        "tendances": "/admin/pilotage/recensement/",
        "bilan": led_to(page, "/admin/pilotage/recensement/", "/pilotage/recensement/"),
        "fusion": f"/admin/reseau/clsm/{profile}/fusionner/",
        "scission": f"/admin/reseau/clsm/{profile}/scinder/",
        "coordinations": "/admin/reseau/coordination/",
        "vie de la fiche": f"/admin/fiches/{suicide.rstrip('/').rpartition('/')[2]}/vie/",
        "guide": "/admin/guides/moderation/",
        "image": "/admin/images/add/",
        "éditeur d’une fiche": f"{read}edit/",
    }


def violations(page: Page) -> list[str]:
    """What axe finds in the whole document, Wagtail's own faults apart."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    nodes = [(rule["id"], str(node["target"][0]), rule["help"]) for rule in found for node in rule["nodes"]]
    return [
        f"{name}: {target} {told}"
        for name, target, told in nodes
        if not any(name == rule and place in target for rule, place in OF_WAGTAIL)
    ]


def is_wider_than_the_screen(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


@pytest.mark.parametrize("width", [WIDTHS["desktop"], pytest.param(WIDTHS["mobile"], marks=pytest.mark.slow)])
def test_no_screen_of_the_centre_has_a_fault(centre: Page, width: int):
    require(AXE.exists(), "axe-core est absent (npm) : accessibilité non vérifiée.")
    found: dict[str, list[str]] = {}
    addresses = screens(centre)
    centre.set_viewport_size({"width": width, "height": 900})
    for name, address in addresses.items():
        response = centre.goto(address)
        assert response is not None and response.status == 200, name
        assert not is_wider_than_the_screen(centre), name
        if faults := violations(centre):
            found[name] = faults
    assert found == {}
