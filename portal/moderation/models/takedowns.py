"""Emergency takedowns: what is offline, why, every address that carried it, and who put it back."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import timezone
from wagtail.models import Page, Revision


def person(label: str) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=label,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )


class Takedown(models.Model):
    """A page, an image, a document or a sound taken offline at once.

    ``reason`` is internal; the public reads ``public_note``. One person asks to put the content back, another confirms.
    """

    class State(models.TextChoices):
        OFFLINE = "retire", "retiré"
        ASKED = "demande", "remise en ligne demandée"
        LIFTED = "remis", "remis en ligne"

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.PositiveBigIntegerField("numéro du contenu")
    content_object = GenericForeignKey("content_type", "object_id")
    title = models.CharField("contenu", max_length=255)
    reason = models.TextField("motif interne", max_length=1000)
    public_note = models.TextField("ce que lit le public", max_length=300, blank=True)
    taken_at = models.DateTimeField("retiré le", default=timezone.now, editable=False)
    taken_by = person("retiré par")
    lift_asked_at = models.DateTimeField("remise en ligne demandée le", null=True, editable=False)
    lift_asked_by = person("demandée par")
    lift_reason = models.TextField("pourquoi remettre en ligne", max_length=1000, blank=True)
    lifted_at = models.DateTimeField("remis en ligne le", null=True, editable=False)
    lifted_by = person("confirmé par")

    class Meta:
        verbose_name = "contenu retiré"
        verbose_name_plural = "contenus retirés"
        ordering = ["-taken_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id"], condition=Q(lifted_at=None), name="one_takedown_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"« {self.title} », retiré le {timezone.localtime(self.taken_at):%d/%m/%Y à %H:%M}"

    @property
    def state(self) -> State:
        if self.lifted_at:
            return self.State.LIFTED
        return self.State.ASKED if self.lift_asked_at else self.State.OFFLINE

    @property
    def kind(self) -> str:
        """« page », « image »… in French."""
        return str(self.content_type.name)


class TakedownPage(models.Model):
    """A page that a takedown holds offline: the page itself, one below it, or an episode with the sound.

    ``revision`` was online, and comes back; ``was_live`` is false for a draft.
    """

    takedown = models.ForeignKey(Takedown, on_delete=models.CASCADE, related_name="page_items")
    page = models.ForeignKey(Page, verbose_name="page", on_delete=models.CASCADE, related_name="takedown_items")
    was_live = models.BooleanField("était en ligne", default=True)
    revision = models.ForeignKey(Revision, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = "page retirée"
        verbose_name_plural = "pages retirées"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["takedown", "page"], name="one_item_per_page")]

    def __str__(self) -> str:
        return str(self.page)


class TakedownAddress(models.Model):
    """A place that carried the content, and when it was seen empty."""

    class Kind(models.TextChoices):
        PAGE = "page", "Adresses de la page"
        OLD = "ancienne", "Anciennes adresses"
        FILE = "fichier", "Fichiers et déclinaisons"
        LIST = "liste", "Flux, plan du site, listes, recherche et exports"
        SHOWN = "montre", "Pages qui le montrent ou y mènent"
        INDEX = "index", "Index de recherche"

    #: What answers 410 in place of 404 while the takedown lasts.
    GONE = (Kind.PAGE, Kind.OLD, Kind.FILE)

    takedown = models.ForeignKey(Takedown, on_delete=models.CASCADE, related_name="addresses")
    source = models.CharField("origine", max_length=40)
    kind = models.CharField("type", max_length=10, choices=Kind.choices)
    label = models.CharField("ce que c’est", max_length=200)
    address = models.CharField("adresse", max_length=1000)
    emptied_at = models.DateTimeField("vidé le", null=True, editable=False)
    problem = models.CharField("ce qui reste", max_length=200, blank=True)

    class Meta:
        verbose_name = "adresse d’un contenu retiré"
        verbose_name_plural = "adresses d’un contenu retiré"
        ordering = ["pk"]
        indexes = [models.Index(fields=["address"], name="takedown_by_address")]

    def __str__(self) -> str:
        return f"{self.label} : {self.address}"
