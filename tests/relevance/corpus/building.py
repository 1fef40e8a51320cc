"""The corpus in the database, through the models of the portal; the index is left to whoever measures it.

Pages are saved as drafts, then made live together: what publication requires beside the text (a sound, partners,
interviews, instances) is not what the search is judged on.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db import transaction
from wagtail.models import Page
from wagtail.signal_handlers import disable_reference_index_auto_update

from caps_sheets.models import CapsSheetPage, SheetClsm
from caps_sheets.podcasts.models import EpisodeClsm, EpisodePage, EpisodeSheet
from network.models import ClsmCommune, ClsmEpci, ClsmPage
from network.territories.services import load
from portal.base.models import NewsIndexPage, NewsPage, StandardPage
from portal.home.models import HomePage
from portal.taxonomies.models import Term, Theme, Vocabulary
from portal.taxonomies.services import load_all
from search.outbox import paused
from tests.factories.network import make_directory, make_organisation
from tests.factories.podcasts import make_show
from tests.factories.sheets import make_sheets_index
from tests.factories.site import make_site
from tests.relevance.corpus.items import Item, Kind
from tests.relevance.corpus.others import episodes, portal_pages, texts, transcript
from tests.relevance.corpus.places import DEPARTMENTS
from tests.relevance.corpus.profiles import profiles
from tests.relevance.corpus.sheets import sheets

TERM_FIELDS = {
    "audiences": (Vocabulary.AUDIENCE, "publics"),
    "settings": (Vocabulary.SETTING, "milieux"),
    "action_types": (Vocabulary.ACTION_TYPE, "types-action"),
    "programmes": (Vocabulary.PROGRAMME, "programmes"),
    "key_functions": (Vocabulary.KEY_FUNCTION, "fonctions-cles"),
}


@dataclass(frozen=True)
class Corpus:
    """``ids``: the id of the live page of each document, by its key (``sheet/cellule-habitat``)."""

    ids: dict[str, int]

    @property
    def keys(self) -> dict[int, str]:
        return {pk: key for key, pk in self.ids.items()}


@transaction.atomic
def build_corpus() -> Corpus:
    """Stores every document as a live page. Nothing is indexed."""
    with paused(), disable_reference_index_auto_update():
        load_all()
        load(DEPARTMENTS)
        home = make_site()
        builder = Builder()
        builder.store(profiles(), make_directory(), builder.clsm)
        builder.store(sheets(), make_sheets_index(), builder.sheet)
        builder.store(episodes(), make_show(), builder.episode)
        builder.store(_of_kind(texts(), Kind.NEWS), NewsIndexPage.objects.get(), builder.news)
        builder.store(_of_kind(texts(), Kind.PAGE), home, builder.page)
        Page.objects.filter(pk__in=builder.ids.values()).update(live=True, has_unpublished_changes=False)
    builder.ids |= {item.key: _portal_page(home, item) for item in portal_pages()}
    return Corpus(builder.ids)


def _of_kind(items: Iterable[Item], kind: Kind) -> list[Item]:
    return [item for item in items if item.kind is kind]


def _portal_page(home: HomePage, item: Item) -> int:
    return StandardPage.objects.child_of(home).get(slug=item.slug).pk


class Builder:
    """Makes one page of each kind from what the judge knows; vocabularies are read once."""

    def __init__(self) -> None:
        self.ids: dict[str, int] = {}
        self.themes = {theme.slug: theme for theme in Theme.objects.all()}
        self.terms = {(term.vocabulary, term.slug): term for term in Term.objects.all()}
        self.carrier = make_organisation("Structure d’exemple", "association")

    def store(self, items: Iterable[Item], parent: Page, make: Callable[[Item], Page]) -> None:
        for item in items:
            page = make(item)
            page.slug, page.live = f"corpus-{item.slug}", False
            page.first_published_at = datetime(item.year, 6, 1, tzinfo=UTC)
            parent.add_child(instance=page)
            if isinstance(page, ClsmPage):
                page.departments.set(item.departments)
            self.ids[item.key] = page.pk

    def clsm(self, item: Item) -> ClsmPage:
        page = ClsmPage(
            title=item.title,
            short_description=item.hook,
            description=_paragraphs(item.body),
            status=self.term(Vocabulary.CLSM_STATUS, "operationnel"),
            created_on=date(item.year, 1, 1),
            carrier=self.carrier,
        )
        named = () if item.epcis else item.communes
        page.commune_items = [ClsmCommune(commune_id=code) for code in named]
        page.epci_items = [ClsmEpci(epci_id=siren) for siren in item.epcis]
        page.themes.add(*self.themes_of(item))
        return page

    def sheet(self, item: Item) -> CapsSheetPage:
        page = CapsSheetPage(
            title=item.title,
            hook=item.hook,
            summary=_paragraphs((item.summary,)),
            carrier=self.carrier,
            start_date=date(item.year, 3, 1),
            main_theme=self.themes[item.main],
            in_qpv="quartier-prioritaire" in item.milieux or bool(item.qpv),
            qpv_names=item.qpv,
            body=_sections(item),
        )
        page.themes.add(*self.themes_of(item))
        page.clsm_items = [SheetClsm(clsm_id=self.ids[key]) for key in item.clsms]
        for name, (vocabulary, known) in TERM_FIELDS.items():
            setattr(page, name, [self.term(vocabulary, slug) for slug in item.terms[known]])
        return page

    def episode(self, item: Item) -> EpisodePage:
        page = EpisodePage(
            title=item.title,
            summary=item.hook,
            date=date(item.year, 6, 1),
            transcript=transcript(item.slug),
            transcript_status=EpisodePage.TranscriptStatus.REVIEWED,
        )
        page.sheet_items = [EpisodeSheet(sheet_id=self.ids[key]) for key in item.sheets]
        page.clsm_items = [EpisodeClsm(clsm_id=self.ids[key]) for key in item.clsms]
        page.themes.add(*self.themes_of(item))
        return page

    def news(self, item: Item) -> NewsPage:
        return NewsPage(title=item.title, date=date(item.year, 6, 1), introduction=item.hook, body=_content(item.body))

    def page(self, item: Item) -> StandardPage:
        return StandardPage(title=item.title, introduction=item.hook, body=_content(item.body))

    def term(self, vocabulary: Vocabulary, slug: str) -> Term:
        return self.terms[vocabulary.value, slug]

    def themes_of(self, item: Item) -> list[Theme]:
        return [self.themes[slug] for slug in item.themes]


def _paragraphs(texts: Iterable[str]) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def _content(texts: Iterable[str]) -> list[dict[str, Any]]:
    return [{"type": "paragraph", "value": f"<p>{text}</p>"} for text in texts]


def _sections(item: Item) -> list[dict[str, Any]]:
    """The text of a sheet: its origin, its steps, the words of somebody, the last paragraph as a lesson."""
    origin, *steps, lesson = item.body
    story = [{"type": "step", "value": {"title": f"Étape {n}", "text": f"<p>{text}</p>"}} for n, text in
             enumerate(steps, start=1)]  # fmt: skip
    verbatim = {"quote": item.quote, "role": "Participante", "has_consent": True}
    said = [{"type": "verbatim", "value": verbatim}] if item.quote else []
    return [
        {"type": "contexte", "value": _content((origin,))},
        {"type": "deroulement", "value": story},
        {"type": "elements_saillants", "value": said},
        {"type": "enseignements", "value": [{"type": "lesson", "value": {"text": lesson}}]},
    ]
