"""What an episode points to: themes, sheets, CLSMs, voices."""

from django.db import models
from modelcluster.fields import ParentalKey
from taggit.models import ItemBase
from wagtail.models import Orderable

from caps_sheets.models import CapsSheetPage
from network.models import ClsmPage
from portal.taxonomies.models import Theme


class EpisodeTheme(ItemBase):
    tag = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="episode_items")
    content_object = ParentalKey("caps_podcasts.EpisodePage", on_delete=models.CASCADE, related_name="theme_items")

    class Meta:
        verbose_name = "thème de l’épisode"
        verbose_name_plural = "thèmes de l’épisode"


class EpisodeLink(Orderable):
    """A page that the episode is about, and from which second (``start``), if it has its own time."""

    reason = models.CharField("pourquoi ce lien", max_length=160, blank=True)
    start = models.PositiveIntegerField("moment", null=True, blank=True)

    class Meta(Orderable.Meta):
        abstract = True


class EpisodeSheet(EpisodeLink):
    """A sheet that the episode is about."""

    page = ParentalKey("caps_podcasts.EpisodePage", on_delete=models.CASCADE, related_name="sheet_items")
    sheet = models.ForeignKey(
        CapsSheetPage, verbose_name="fiche", on_delete=models.CASCADE, related_name="episode_items"
    )

    class Meta(EpisodeLink.Meta):
        abstract = False
        verbose_name = "fiche liée"
        verbose_name_plural = "fiches et CLSM liés"


class EpisodeClsm(EpisodeLink):
    """A CLSM heard in the episode, or that it is about."""

    page = ParentalKey("caps_podcasts.EpisodePage", on_delete=models.CASCADE, related_name="clsm_items")
    clsm = models.ForeignKey(ClsmPage, verbose_name="CLSM", on_delete=models.CASCADE, related_name="episode_items")

    class Meta(EpisodeLink.Meta):
        abstract = False
        verbose_name = "CLSM lié"
        verbose_name_plural = "CLSM liés"


class EpisodeSpeaker(Orderable):
    """A voice heard in the episode, named by its function only."""

    page = ParentalKey("caps_podcasts.EpisodePage", on_delete=models.CASCADE, related_name="speaker_items")
    role = models.CharField("fonction", max_length=160, help_text="Une fonction, jamais un nom.")
    is_host = models.BooleanField("anime l’épisode", default=False)
    clsm = models.ForeignKey(
        ClsmPage, verbose_name="CLSM", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    is_synthetic = models.BooleanField(
        "voix de synthèse",
        default=False,
        help_text="Cette voix n’est celle de personne : aucune autorisation à signer.",
    )

    class Meta(Orderable.Meta):
        verbose_name = "voix entendue"
        verbose_name_plural = "voix entendues"
