"""The audio version of the sheets: a show and its episodes."""

from django.db import models
from django.utils import timezone
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import ItemBase
from wagtail.fields import RichTextField
from wagtail.models import Orderable

from caps_sheets.models import CapsSheetPage
from network.models import ClsmPage
from portal.base.models import BasePage
from portal.moderation.models import ModeratedPage
from portal.taxonomies.models import Theme


class ShowPage(BasePage):
    """A podcast: its episodes are its children."""

    introduction = RichTextField("présentation", blank=True, features=["bold", "italic", "link"])

    template = "pages/podcasts/show_page.html"
    parent_page_types = ["portal_home.HomePage"]
    subpage_types = ["caps_podcasts.EpisodePage"]

    class Meta:
        verbose_name = "émission"


class EpisodeTheme(ItemBase):
    tag = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="episode_items")
    content_object = ParentalKey(
        "caps_podcasts.EpisodePage", on_delete=models.CASCADE, related_name="theme_items"
    )


class EpisodeSheet(Orderable):
    """A sheet told by the episode."""

    page = ParentalKey("caps_podcasts.EpisodePage", on_delete=models.CASCADE, related_name="sheet_items")
    sheet = models.ForeignKey(
        CapsSheetPage, verbose_name="fiche", on_delete=models.CASCADE, related_name="episode_items"
    )


class EpisodeClsm(Orderable):
    """A CLSM heard or told in the episode."""

    page = ParentalKey("caps_podcasts.EpisodePage", on_delete=models.CASCADE, related_name="clsm_items")
    clsm = models.ForeignKey(
        ClsmPage, verbose_name="CLSM", on_delete=models.CASCADE, related_name="episode_items"
    )


class EpisodeSpeaker(Orderable):
    page = ParentalKey("caps_podcasts.EpisodePage", on_delete=models.CASCADE, related_name="speaker_items")
    role = models.CharField("fonction", max_length=160)
    has_voice_consent = models.BooleanField("autorisation de diffusion de la voix signée", default=False)


class EpisodePage(ModeratedPage):
    """One episode: audio, transcript, and what it tells about."""

    class Kind(models.TextChoices):
        FULL = "full", "épisode"
        TRAILER = "trailer", "bande-annonce"
        BONUS = "bonus", "bonus"

    class TranscriptStatus(models.TextChoices):
        DRAFT = "brouillon", "brouillon"
        REVIEWED = "relu", "relue"

    season = models.PositiveSmallIntegerField("saison", default=1)
    number = models.PositiveSmallIntegerField("numéro", null=True, blank=True)
    kind = models.CharField("type", max_length=10, choices=Kind.choices, default=Kind.FULL)
    date = models.DateField("date de diffusion", default=timezone.localdate)
    summary = models.CharField("résumé court", max_length=300, blank=True)
    notes = RichTextField("notes de l’épisode", blank=True)
    audio = models.ForeignKey(
        "portal_medialib.PortalMedia",
        verbose_name="fichier audio",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="episodes",
    )
    image = models.ForeignKey(
        "portal_medialib.PortalImage",
        verbose_name="image",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    transcript = models.TextField("transcription minutée (WebVTT)", blank=True)
    transcript_status = models.CharField(
        "relecture de la transcription",
        max_length=10,
        choices=TranscriptStatus.choices,
        default=TranscriptStatus.DRAFT,
    )
    content_note = models.CharField("avertissement sur le contenu", max_length=300, blank=True)
    themes = ClusterTaggableManager(
        through=EpisodeTheme, blank=True, verbose_name="thèmes", related_name="episode_pages", help_text=""
    )

    template = "pages/podcasts/episode_page.html"
    parent_page_types = ["caps_podcasts.ShowPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = "épisode"
