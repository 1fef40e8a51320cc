"""A show (podcast), as directories and apps describe it."""

from typing import Any
from uuid import UUID, uuid4

from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from modelcluster.fields import ParentalKey
from wagtail.fields import RichTextField
from wagtail.models import Orderable, PageQuerySet
from wagtail.search import index

from caps_sheets.podcasts import panels
from caps_sheets.podcasts.models import episode_links
from caps_sheets.podcasts.models.episode import EpisodePage
from caps_sheets.podcasts.page_forms import ShowForm
from portal.base.context_processors import site_feeds
from portal.base.emails import EmailField
from portal.base.models import BasePage
from portal.medialib.fields import image_field


class ShowPage(BasePage):
    """A podcast: its episodes are its children."""

    class Category(models.TextChoices):
        """Apple’s « category > subcategory » pairs that fit the portal; directories read the first pair only."""

        MENTAL_HEALTH = "Health & Fitness > Mental Health", "santé > santé mentale"
        HEALTH = "Health & Fitness", "santé"
        SOCIETY = "Society & Culture > Documentary", "société > documentaire"
        NON_PROFIT = "Government > Non-Profit", "secteur public > associatif"

    class Order(models.TextChoices):
        EPISODIC = "episodic", "épisodes indépendants, le plus récent d’abord"
        SERIAL = "serial", "récit à suivre, le premier d’abord"

    class Frequency(models.TextChoices):
        """iCalendar recurrence rules, as ``podcast:updateFrequency`` takes them."""

        IRREGULAR = "", "irrégulier"
        WEEKLY = "FREQ=WEEKLY", "chaque semaine"
        FORTNIGHTLY = "FREQ=WEEKLY;INTERVAL=2", "toutes les deux semaines"
        MONTHLY = "FREQ=MONTHLY", "chaque mois"
        QUARTERLY = "FREQ=MONTHLY;INTERVAL=3", "chaque trimestre"

    episodes_per_page = 12

    introduction = RichTextField("présentation", blank=True, features=["bold", "italic", "link"])
    guid = models.UUIDField("identifiant du podcast", null=True, blank=True, unique=True, editable=False)
    artwork = image_field("pochette")
    author = models.CharField("auteur", max_length=160, blank=True)
    copyright = models.CharField("droits", max_length=160, blank=True)
    licence = models.ForeignKey(
        "portal_taxonomies.Term",
        verbose_name="licence des épisodes",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        limit_choices_to={"vocabulary": "licences"},
        related_name="+",
    )
    category = models.CharField("catégorie", max_length=60, choices=Category.choices, default=Category.MENTAL_HEALTH)
    order = models.CharField("ordre d’écoute", max_length=10, choices=Order.choices, default=Order.EPISODIC)
    frequency = models.CharField(
        "rythme de diffusion", max_length=40, choices=Frequency.choices, default=Frequency.IRREGULAR, blank=True
    )
    is_complete = models.BooleanField("l’émission est terminée", default=False)
    owner_email = EmailField("adresse publiée dans le flux", blank=True)
    new_feed_url = models.URLField("nouvelle adresse du flux", blank=True)

    base_form_class = ShowForm
    template = "pages/podcasts/show_page.html"
    parent_page_types = ["portal_home.HomePage"]
    subpage_types = ["caps_podcasts.EpisodePage"]
    exclude_fields_in_copy = ["guid"]
    edit_handler = panels.show_tabs(BasePage)
    search_fields = [*BasePage.search_fields, index.SearchField("introduction")]

    class Meta:
        verbose_name = "émission"
        verbose_name_plural = "émissions"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Give the show its identity as soon as its feed has a URL, and never change it (podcast namespace, guid)."""
        super().save(*args, **kwargs)
        if self.guid is None and (url := episode_links.feed_url(self)):
            self.guid = self._free_guid(episode_links.show_guid(url))
            ShowPage.objects.filter(pk=self.pk).update(guid=self.guid)

    @classmethod
    def to_serve(cls) -> PageQuerySet:
        """With its artwork and the names of its seasons."""
        return super().to_serve().select_related("artwork").prefetch_related("season_items")

    def with_content_json(self, content: dict[str, Any]) -> "ShowPage":
        """A draft written before the show had its identity does not remove it."""
        show: ShowPage = super().with_content_json(content)
        show.guid = self.guid
        return show

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """``episodes``: one page (Django ``Page``) of the public episodes, latest first, or first one first in a
        serial; ``feeds``: its own first.
        """
        episodes = EpisodePage.objects.child_of(self).visible().latest_first().select_related("audio")
        ordered = episodes.reverse() if self.order == self.Order.SERIAL else episodes
        paginator = Paginator(ordered, self.episodes_per_page)
        context = super().get_context(request, *args, **kwargs)
        own_feeds = [{"title": self.title, "url": url}] if (url := episode_links.feed_url(self)) else []
        return {
            **context,
            "episodes": paginator.get_page(request.GET.get("page")),
            "feeds": [*own_feeds, *site_feeds()],
        }

    def _free_guid(self, guid: UUID) -> UUID:
        """Another show may have had this URL before, and still have the identity computed from it."""
        return uuid4() if ShowPage.objects.filter(guid=guid).exclude(pk=self.pk).exists() else guid


class ShowSeason(Orderable):
    """The name of a season."""

    page = ParentalKey(ShowPage, on_delete=models.CASCADE, related_name="season_items")
    number = models.PositiveSmallIntegerField("saison")
    name = models.CharField("nom", max_length=120)

    class Meta(Orderable.Meta):
        verbose_name = "nom de saison"
        verbose_name_plural = "noms de saisons"


class ShowPlatform(Orderable):
    """A directory or an app in which the show is listed."""

    page = ParentalKey(ShowPage, on_delete=models.CASCADE, related_name="platform_items")
    name = models.CharField("application ou annuaire", max_length=60)
    url = models.URLField("adresse")

    class Meta(Orderable.Meta):
        verbose_name = "plateforme d’écoute"
        verbose_name_plural = "plateformes d’écoute"


class ShowProof(Orderable):
    """A text that a directory requires in the feed, to check that the show is ours (``podcast:txt``)."""

    page = ParentalKey(ShowPage, on_delete=models.CASCADE, related_name="proof_items")
    purpose = models.CharField("usage", max_length=60, default="verify")
    value = models.CharField("texte", max_length=250)

    class Meta(Orderable.Meta):
        verbose_name = "texte de vérification"
        verbose_name_plural = "textes de vérification"
