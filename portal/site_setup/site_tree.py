"""The initial page tree: what ``setup_site`` builds, in menu order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import ModuleType

from wagtail.models import Page

from caps_sheets.models import SheetsIndexPage
from caps_sheets.podcasts.models import ShowPage
from network.models import DirectoryPage
from portal.base.models import AccessibilityPage, NewsIndexPage, SiteMapPage, StandardPage
from portal.home.models import ThemesIndexPage
from portal.site_setup.starting_texts import accessibility, caps_page, clsm_page, help_page, legal_notice, privacy_page

COLLECTIONS = ["Fiches CAPS", "CLSM", "Podcast", "Actualités"]


@dataclass(frozen=True)
class Node:
    """A page of the tree. ``in_menu``: main navigation when true, footer when false."""

    page_type: type[Page]
    slug: str
    title: str
    in_menu: bool = True
    fields: Mapping[str, object] = field(default_factory=dict)


def text(module: ModuleType) -> dict[str, object]:
    return {"introduction": module.INTRODUCTION, "body": module.BODY}


TREE = [
    Node(
        SheetsIndexPage,
        "fiches",
        "Fiches CAPS",
        fields={
            "introduction": "<p>Des actions menées par des CLSM, racontées par celles et ceux qui les ont portées : "
            "les étapes, les difficultés, ce qu’il faut en garder.</p>"
        },
    ),
    Node(
        DirectoryPage,
        "clsm",
        "Annuaire des CLSM",
        fields={"introduction": "<p>Trouvez le conseil local de santé mentale de votre commune, et ce qu’il fait.</p>"},
    ),
    Node(
        ShowPage,
        "podcast",
        "Podcast",
        fields={"introduction": "<p>Les fiches CAPS à écouter, avec leur transcription.</p>"},
    ),
    Node(
        ThemesIndexPage,
        "themes",
        "Thèmes",
        fields={"introduction": "<p>Tout ce que le portail sait d’un sujet : fiches, épisodes et CLSM.</p>"},
    ),
    Node(StandardPage, "les-clsm", "Comprendre les CLSM", fields=text(clsm_page)),
    Node(NewsIndexPage, "actualites", "Actualités"),
    Node(
        StandardPage,
        "besoin-d-aide",
        "Besoin d’aide",
        fields={**text(help_page), "shows_help": True},
    ),
    Node(StandardPage, "la-demarche-caps", "La démarche CAPS", in_menu=False, fields=text(caps_page)),
    Node(
        AccessibilityPage,
        "accessibilite",
        "Accessibilité : non conforme",
        in_menu=False,
        fields=accessibility.FIELDS,
    ),
    Node(StandardPage, "mentions-legales", "Mentions légales", in_menu=False, fields=text(legal_notice)),
    Node(StandardPage, "donnees-personnelles", "Données personnelles", in_menu=False, fields=text(privacy_page)),
    Node(SiteMapPage, "plan-du-site", "Plan du site", in_menu=False),
]
