"""The addresses of pages, and of the files of the library."""

from collections.abc import Collection, Iterable, Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import BigIntegerField
from django.db.models.functions import Cast
from django.urls import reverse
from wagtail.contrib.frontend_cache.utils import PurgeBatch
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, ReferenceIndex

from portal.base.models import NewsPage
from portal.base.querysets import visible
from portal.medialib.models import PortalDocument, PortalImage, PortalMedia
from portal.medialib.permissions import pages_using
from portal.moderation.models import TakedownAddress
from portal.moderation.takedowns.addresses import Address, AddressSource, Kind, Target

#: Pages that show or link the content: the first ones are read again, all of them are built without it.
MOST_SHOWN = 50


def path_of(page: Page) -> str:
    """The path of the page on its site; empty outside of every site."""
    return urlsplit(page.get_url() or "").path


class PageSource(AddressSource):
    name = "pages"

    def addresses(self, target: Target) -> Iterator[Address]:
        if not target.seen:
            return
        yield Address(Kind.LIST, "Accueil", "/")
        for page in target.seen:
            yield Address(Kind.PAGE, f"Page « {page.title} »", path_of(page))
            yield Address(Kind.PAGE, "Signaler une erreur sur cette page", reverse("report_error", args=[page.pk]))
        if any(isinstance(page, NewsPage) for page in target.seen):
            yield Address(Kind.LIST, "Flux des actualités", reverse("news_feed"))
        for page in target.around:
            is_alias = page.alias_of_id in target.ids
            label = f"Alias « {page.title} »" if is_alias else f"Liste « {page.title} »"
            yield Address(Kind.PAGE if is_alias else Kind.LIST, label, path_of(page))
        old = Redirect.objects.filter(redirect_page__in=target.ids)
        yield from (Address(Kind.OLD, "Ancienne adresse", path) for path in old.values_list("old_path", flat=True))
        yield from self._leading(target)

    def _leading(self, target: Target) -> Iterator[Address]:
        """The public pages that refer to the pages of ``target`` and stay online."""
        page_type = ContentType.objects.get_for_model(Page)
        names = [str(pk) for pk in target.ids]
        references = ReferenceIndex.objects.filter(
            to_content_type=page_type, to_object_id__in=names, base_content_type=page_type
        )
        ids = references.annotate(page_id=Cast("object_id", BigIntegerField())).values("page_id")
        pages = visible(Page.objects.filter(pk__in=ids).exclude(pk__in=[page.pk for page in target.pages]))
        for page in pages.order_by("path")[:MOST_SHOWN]:
            yield Address(Kind.SHOWN, f"Page qui y mène : « {page.title} »", path_of(page))


class FileSource(AddressSource):
    name = "files"

    def addresses(self, target: Target) -> Iterator[Address]:
        file = target.content
        if isinstance(file, PortalImage):
            yield Address(Kind.FILE, "Fichier d’origine", f"{settings.MEDIA_URL}{file.file.name}")
            for rendition in file.renditions.order_by("pk"):
                yield Address(Kind.FILE, f"Déclinaison {rendition.filter_spec}", urlsplit(rendition.url).path)
        elif isinstance(file, PortalDocument):
            yield Address(Kind.FILE, "Document", file.url)
            yield Address(Kind.FILE, "Fichier d’origine", f"{settings.MEDIA_URL}{file.file.name}")
        for sound in self._sounds(target):
            yield Address(Kind.FILE, f"Son « {sound.title} »", sound.public_url)
        if isinstance(file, PortalImage | PortalDocument):
            shown = visible(pages_using(file)).order_by("path")[:MOST_SHOWN]
            yield from (Address(Kind.SHOWN, f"Page « {page.title} »", path_of(page)) for page in shown)

    def _sounds(self, target: Target) -> Iterable[PortalMedia]:
        """The sound itself, or those of the pages."""
        if isinstance(target.content, PortalMedia):
            return [target.content]
        with_sound = [page.pk for page in target.seen if hasattr(type(page), "audio_id")]
        return PortalMedia.objects.filter(episodes__in=with_sound).distinct() if with_sound else []

    def empty(self, addresses: Collection[TakedownAddress]) -> None:
        purge(row.address for row in next(iter(addresses)).takedown.addresses.exclude(kind=Kind.INDEX))


def purge(paths: Iterable[str]) -> None:
    """Empty the cache in front of the site, if ``WAGTAILFRONTENDCACHE`` names one."""
    if not getattr(settings, "WAGTAILFRONTENDCACHE", None):
        return
    batch = PurgeBatch()
    batch.add_urls([f"{settings.BASE_URL}{path}" for path in paths])
    batch.purge()
