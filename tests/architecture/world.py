"""A portal that grows: the measured pages gather links to everything that is added."""

from caps_sheets.models import CapsSheetPage, SheetPartner
from caps_sheets.podcasts.models import EpisodePage
from network.models import ClsmPage
from portal.taxonomies.models import Term, Theme, Vocabulary
from search.outbox import paused
from tests.factories.medialib import make_image
from tests.factories.network import (
    make_clsm,
    make_commune,
    make_coordinator,
    make_organisation,
    make_term,
    make_theme,
)
from tests.factories.podcasts import make_episode
from tests.factories.sheets import PARAGRAPH, build_sheet, make_sheet, make_sheets_index
from tests.factories.site import make_news, make_site, make_standard_page

SHEET, CLSM, EPISODE, NEWS = "fiche-mesuree", "clsm-mesure", "episode-mesure", "actualite-mesuree"
VOCABULARIES = {
    "objectives": Vocabulary.OBJECTIVE,
    "audiences": Vocabulary.AUDIENCE,
    "settings": Vocabulary.SETTING,
    "strategies": Vocabulary.STRATEGY,
    "action_types": Vocabulary.ACTION_TYPE,
    "key_functions": Vocabulary.KEY_FUNCTION,
    "programmes": Vocabulary.PROGRAMME,
    "funders": Vocabulary.FUNDER,
}


def terms_of_sheet() -> dict[str, list[Term]]:
    return {
        name: [make_term(vocabulary, f"{name}-{number}") for number in (1, 2)]
        for name, vocabulary in VOCABULARIES.items()
    }


def themes() -> list[Theme]:
    return [make_theme("deuil", name="Deuil"), make_theme("logement", name="Logement")]


def make_world() -> None:
    """The tree of the first day, a deep page, and one measured page of each type with all its parts."""
    home = make_site()
    page = home.get_children().get(slug="les-clsm").specific
    for slug in ("histoire", "dates"):
        page = make_standard_page(page, slug=slug)
    communes = [make_commune(), make_commune("34001", "Abeilhan")]
    image = make_image()
    with paused():
        clsm = make_clsm(slug=CLSM, communes=communes, themes=themes(), logo=image)
        illustration = {"type": "illustration", "value": {"image": {"image": image.pk, "alt_text": "Un atelier"}}}
        sheet = make_sheet(
            slug=SHEET,
            clsms=[clsm],
            themes=themes(),
            image=image,
            image_is_decorative=True,
            sections={"contexte": [PARAGRAPH, illustration]},
            **terms_of_sheet(),
        )
        make_episode(slug=EPISODE, sheets=[sheet], clsms=[clsm], themes=themes())
        make_news(slug=NEWS, image=image)


def grow(number: int) -> None:
    """``number`` more sheets, profiles, episodes and news, all linked to the measured pages."""
    clsm, sheet = ClsmPage.objects.get(slug=CLSM), CapsSheetPage.objects.get(slug=SHEET)
    episode = EpisodePage.objects.get(slug=EPISODE)
    index, role = make_sheets_index(), make_term(Vocabulary.PARTNER_ROLE, "pilote")
    with paused():
        for _ in range(number):
            other = make_clsm(themes=themes())
            carried = index.add_child(instance=build_sheet(clsms=[clsm, other], themes=themes()))
            make_episode(sheets=[sheet, carried], clsms=[clsm, other], themes=themes(), audio=episode.audio)
            make_coordinator(clsm)
            make_news()
            organisation = make_organisation(f"Association {carried.pk}")
            SheetPartner.objects.create(page=sheet, organisation=organisation, role=role, sort_order=carried.pk)


def add_sheets(number: int) -> None:
    """``number`` more public sheets of the measured CLSM, as fast as pages can be made."""
    index, clsm = make_sheets_index(), ClsmPage.objects.get(slug=CLSM)
    with paused():
        for _ in range(number):
            index.add_child(instance=build_sheet(clsms=[clsm], themes=themes()))
