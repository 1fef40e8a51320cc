"""The production of an episode: its script and its remaining steps. Stored beside the page, never public."""

from django.db import models
from django.utils import timezone
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.fields import RichTextField
from wagtail.models import Orderable

from portal.users.models import User


class EpisodeScript(ClusterableModel):
    """The running order (« conducteur ») of an episode: its parts in order, with the questions to ask."""

    episode = models.OneToOneField(
        "caps_podcasts.EpisodePage", verbose_name="épisode", on_delete=models.CASCADE, related_name="script"
    )
    preparation = RichTextField(
        "notes de préparation", blank=True, features=["bold", "italic", "ul", "ol", "link", "h3"]
    )
    updated_at = models.DateTimeField("modifié le", auto_now=True)
    updated_by = models.ForeignKey(
        User, verbose_name="modifié par", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = "conducteur"
        verbose_name_plural = "conducteurs"

    def __str__(self) -> str:
        return f"Conducteur de « {self.episode} »"


class ScriptSegment(Orderable):
    """One part of the running order."""

    script = ParentalKey(EpisodeScript, on_delete=models.CASCADE, related_name="segments")
    title = models.CharField("partie", max_length=120)
    voice = models.CharField("voix", max_length=160, blank=True, help_text="Une fonction, jamais un nom.")
    minutes = models.PositiveSmallIntegerField("durée prévue, en minutes", null=True, blank=True)
    text = models.TextField("texte ou questions", blank=True)

    class Meta(Orderable.Meta):
        verbose_name = "partie du conducteur"
        verbose_name_plural = "parties du conducteur"

    def __str__(self) -> str:
        return self.title


class ChecklistTick(models.Model):
    """A person states that a step of the production is done; steps that the portal detects have no tick."""

    episode = models.ForeignKey(
        "caps_podcasts.EpisodePage", verbose_name="épisode", on_delete=models.CASCADE, related_name="checklist_ticks"
    )
    step = models.CharField("étape", max_length=20)
    content_key = models.CharField("empreinte de ce qui a été entendu", max_length=64, blank=True)
    at = models.DateTimeField("le", default=timezone.now)
    by = models.ForeignKey(User, verbose_name="par", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = "étape faite d’un épisode"
        verbose_name_plural = "étapes faites des épisodes"
        constraints = [models.UniqueConstraint(fields=["episode", "step"], name="one_tick_per_step")]

    def __str__(self) -> str:
        return f"{self.step} – {self.episode}"
