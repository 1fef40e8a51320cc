"""An episode: its sound, its transcript, and the pages that it is about."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from modelcluster.contrib.taggit import ClusterTaggableManager
from wagtail.fields import RichTextField
from wagtail.models import PageManager, PageQuerySet
from wagtail.search import index

from caps_sheets.podcasts import panels
from caps_sheets.podcasts.models import rules
from caps_sheets.podcasts.models.episode_context import Player
from caps_sheets.podcasts.models.episode_links import public_links, start_asked
from caps_sheets.podcasts.models.related import EpisodeTheme
from caps_sheets.podcasts.page_forms import EpisodeForm
from portal.base.querysets import visible
from portal.medialib.fields import image_field
from portal.medialib.transcripts import formats
from portal.moderation.models import ModeratedPage


def new_guid() -> str:
    """Identity of an episode in the feeds: given once, never changed."""
    return str(uuid.uuid4())


class EpisodeQuerySet(PageQuerySet):
    def visible(self) -> "EpisodeQuerySet":
        """Episodes that are public."""
        return visible(self)

    def latest_first(self) -> "EpisodeQuerySet":
        return self.order_by("-date", "-season", "-number", "-pk")


class EpisodePage(ModeratedPage):
    """One episode: audio, transcript, and the pages that it is about."""

    class Kind(models.TextChoices):
        FULL = "full", "épisode"
        TRAILER = "trailer", "bande-annonce"
        BONUS = "bonus", "bonus"

    class TranscriptStatus(models.TextChoices):
        DRAFT = "brouillon", "brouillon"
        REVIEWED = "relu", "relue"

    class Help(models.TextChoices):
        BY_THEME = "", "quand un thème de l’épisode le demande"
        ALWAYS = "toujours", "toujours"

    guid = models.CharField("identifiant dans les flux", max_length=2000, unique=True, default=new_guid, editable=False)
    season = models.PositiveSmallIntegerField("saison", default=1)
    number = models.PositiveSmallIntegerField("numéro", null=True, blank=True)
    kind = models.CharField("type", max_length=10, choices=Kind.choices, default=Kind.FULL)
    #: Unknown only in a draft imported from a feed without a readable date.
    date = models.DateField("date de diffusion", default=timezone.localdate, null=True, blank=True)
    summary = models.CharField("résumé court", max_length=300, blank=True)
    notes = RichTextField("notes de l’épisode", blank=True)
    audio = models.ForeignKey(
        "portal_medialib.PortalMedia",
        verbose_name="fichier audio",
        null=True,
        blank=True,
        # Not PROTECT: a draft whose sound was deleted could no longer be opened. The library refuses to delete
        # a sound that an episode uses.
        on_delete=models.SET_NULL,
        related_name="episodes",
    )
    image = image_field("image")
    transcript = models.TextField("transcription minutée (WebVTT)", blank=True)
    transcript_status = models.CharField(
        "relecture de la transcription",
        max_length=10,
        choices=TranscriptStatus.choices,
        default=TranscriptStatus.DRAFT,
    )
    #: The text and sound that were marked « relue » together: a change of either requires another proof-reading.
    transcript_reviewed_key = models.CharField(
        "empreinte de ce qui a été relu", max_length=64, blank=True, editable=False
    )
    chapters = models.TextField("chapitres", blank=True)
    soundbite_start = models.PositiveIntegerField("début de l’extrait", null=True, blank=True)
    soundbite_duration = models.PositiveSmallIntegerField("durée de l’extrait, en secondes", null=True, blank=True)
    is_explicit = models.BooleanField("propos réservés à un public averti", default=False)
    help_choice = models.CharField(
        "numéros d’aide dans la page", max_length=10, choices=Help.choices, default=Help.BY_THEME, blank=True
    )
    content_note = models.CharField("avertissement sur le contenu", max_length=300, blank=True)
    themes = ClusterTaggableManager(
        through=EpisodeTheme, blank=True, verbose_name="thèmes", related_name="episode_pages", help_text=""
    )

    objects = PageManager.from_queryset(EpisodeQuerySet)()

    base_form_class = EpisodeForm
    template = "pages/podcasts/episode_page.html"
    parent_page_types = ["caps_podcasts.ShowPage"]
    subpage_types: list[str] = []
    exclude_fields_in_copy = ["guid"]
    edit_handler = panels.episode_tabs(ModeratedPage)
    search_fields = [
        *ModeratedPage.search_fields,
        index.SearchField("summary"),
        index.SearchField("notes"),
        index.SearchField("transcript_text"),
        index.FilterField("date"),
    ]

    class Meta:
        verbose_name = "épisode"
        verbose_name_plural = "épisodes"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Context of the template.

        ``cues``: list[Cue]; ``links``: list[Link], ``sheets`` and ``clsms`` being its pages; ``themes``,
        ``shows_help``; ``show``: the parent; ``player``: Player; ``start``: seconds given by ``?t=`` (or 0);
        ``download_url`` and ``audio_url``: the sound, the second with the start as a media fragment, so that seeking
        needs no script.
        """
        download_url = self._sound_url(is_preview=getattr(request, "is_preview", False))
        start = start_asked(request.GET.get("t", ""), self.audio.duration if self.audio else 0)
        show = self.get_parent().specific if self.depth else None
        themes = list(self.themes.all())
        links = public_links(self)
        return {
            **super().get_context(request, *args, **kwargs),
            "show": show,
            "player": Player(self, show, links),
            "cues": self.cues,
            "links": links,
            "sheets": [link.page for link in links if link.kind == "fiche"],
            "clsms": [link.page for link in links if link.kind == "clsm"],
            "themes": themes,
            "shows_help": self.needs_help(theme.shows_help for theme in themes),
            "start": start,
            "download_url": download_url,
            "audio_url": f"{download_url}#t={start}" if download_url and start else download_url,
        }

    @classmethod
    def to_serve(cls) -> "EpisodeQuerySet":
        return super().to_serve().select_related("audio")

    def publication_errors(self) -> dict[str, list[str]]:
        return rules.publication_errors(self, timezone.localdate())

    advice_heading = "À préparer, sans bloquer"

    def advice(self) -> list[tuple[str, list[str]]]:
        """The remaining steps of the production, and a warning if the transcript leaves much of the sound without
        text.
        """
        return rules.advice(self, timezone.localdate())

    @property
    def shows_help(self) -> bool:
        """The 3114 is shown on the page if one of its themes requires it."""
        return self.needs_help(theme.shows_help for theme in self.themes.all())

    def needs_help(self, themes_ask: Iterable[bool]) -> bool:
        """The same for a caller that has already read its themes."""
        return self.help_choice == self.Help.ALWAYS or any(themes_ask)

    @cached_property
    def cues(self) -> list[formats.Cue]:
        """The timed transcript; empty while a draft cannot be parsed."""
        return formats.read(self.transcript)

    @property
    def transcript_key(self) -> str:
        """The key that ties a proof-reading to this transcript and this sound."""
        return formats.review_key(self.transcript, self.audio.version if self.audio else "")

    @property
    def is_transcript_reviewed(self) -> bool:
        """Whether this very transcript was marked « relue », with this very sound."""
        is_marked = self.transcript_status == self.TranscriptStatus.REVIEWED
        return is_marked and self.transcript_reviewed_key == self.transcript_key

    def mark_transcript_reviewed(self) -> None:
        self.transcript_status = self.TranscriptStatus.REVIEWED
        self.transcript_reviewed_key = self.transcript_key

    def transcript_text(self) -> str:
        """The transcript without times or speakers, for search."""
        return " ".join(cue.text for cue in self.cues)

    def _sound_url(self, is_preview: bool) -> str:
        if self.audio is None or not self.audio.version:
            return ""
        return self.audio.url if is_preview else self.audio.public_url
