"""Builds the page tree on an empty database; on a filled one, adds only what is missing."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction
from wagtail.models import Collection, Page, Site

from portal.base.models import PortalSettings
from portal.home.models import HomePage
from portal.site_setup.roles import ROOT_COLLECTION
from portal.site_setup.site_tree import COLLECTIONS, TREE, Node

HOME_DESCRIPTION = (
    "Fiches d’action, annuaire et podcast des conseils locaux de santé mentale (CLSM) : trouver une action, "
    "son CLSM, et écouter celles et ceux qui l’ont menée."
)


class Command(BaseCommand):
    help = "Crée l’arborescence du portail. Relancée, ne touche à aucune page existante."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        self.name_roots()
        home = self.ensure_home()
        site = self.ensure_site(home)
        self.remove_welcome_page(home)
        for node in TREE:
            self.ensure_page(home, node)
        for name in COLLECTIONS:
            self.ensure_collection(name)
        PortalSettings.objects.get_or_create(site=site)

    def report(self, what: str) -> None:
        self.stdout.write(f"créé : {what}")

    def name_roots(self) -> None:
        """Wagtail's first migrations name the roots of pages and of collections « Root »."""
        Page.objects.filter(depth=1, title="Root").update(title=ROOT_COLLECTION, draft_title=ROOT_COLLECTION)
        Collection.objects.filter(depth=1, name="Root").update(name=ROOT_COLLECTION)

    def ensure_home(self) -> HomePage:
        home = HomePage.objects.first()
        if home is None:
            home = HomePage(title="Portail CLSM", slug="accueil", search_description=HOME_DESCRIPTION)
            Page.get_first_root_node().add_child(instance=home)
            home.save_revision().publish()
            self.report(home.title)
        return home

    def ensure_site(self, home: HomePage) -> Site:
        """One site, with the host of ``BASE_URL``."""
        address = urlsplit(settings.BASE_URL)
        site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
        wanted = {
            "hostname": address.hostname or "localhost",
            "port": address.port or (443 if address.scheme == "https" else 80),
            "site_name": settings.WAGTAIL_SITE_NAME,
            "root_page_id": home.pk,
        }
        if any(getattr(site, name) != value for name, value in wanted.items()):
            for name, value in wanted.items():
                setattr(site, name, value)
            site.save()
        return site

    def remove_welcome_page(self, home: HomePage) -> None:
        """Wagtail's first migration leaves a default page beside ours."""
        for page in home.get_siblings(inclusive=False):
            if page.specific_class is Page and not page.get_children().exists():
                page.delete()

    def ensure_page(self, home: HomePage, node: Node) -> None:
        if home.get_children().filter(slug=node.slug).exists():
            return
        page = node.page_type(title=node.title, slug=node.slug, show_in_menus=node.in_menu, live=False, **node.fields)
        home.add_child(instance=page)
        page.save_revision().publish()
        self.report(f"/{node.slug}/")

    def ensure_collection(self, name: str) -> None:
        root = Collection.get_first_root_node()
        if not root.get_children().filter(name=name).exists():
            root.add_child(name=name)
            self.report(f"collection {name}")
