"""Notices: what a person has to know, kept in the database whether or not the e-mail leaves."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from portal.base.emails import EmailField


class Rhythm(models.TextChoices):
    """When the e-mail of a notice is sent."""

    EACH = "chaque-avis", "à chaque avis"
    DAILY = "chaque-jour", "une fois par jour, ensemble"
    WEEKLY = "chaque-semaine", "une fois par semaine, ensemble"
    NEVER = "jamais", "jamais : seulement dans mon espace"


class Notice(models.Model):
    """A message to a person: shown in the dashboard and the space, and sent by e-mail.

    With ``address`` and no recipient, it is an e-mail to somebody without an account, and nothing else.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="destinataire",
        null=True,
        on_delete=models.CASCADE,
        related_name="notices",
    )
    address = EmailField("adresse sans compte", blank=True)
    event = models.CharField("événement", max_length=60, blank=True)
    page = models.ForeignKey(
        Page, verbose_name="page", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    link = models.CharField("lien", max_length=500, blank=True, help_text="Chemin ou adresse ; vide : la page.")
    subject = models.CharField("objet", max_length=255)
    message = models.TextField("message")
    calendar = models.TextField("rendez-vous joint", blank=True, editable=False, help_text="Un fichier iCalendar.")
    created_at = models.DateTimeField("créé le", auto_now_add=True)
    read_at = models.DateTimeField("lu le", null=True, blank=True)

    # The e-mail. The rhythm is the person's on the day of the notice; a later change updates pending notices.
    rhythm = models.CharField("rythme d’envoi", max_length=14, choices=Rhythm.choices, default=Rhythm.EACH)
    emailed_at = models.DateTimeField("envoyé le", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    due_at = models.DateTimeField("prochain essai", null=True, default=timezone.now)  # None: no e-mail, or given up
    claim = models.UUIDField("pris en charge par", null=True, editable=False)
    claimed_until = models.DateTimeField("pris en charge jusqu’au", null=True, editable=False)
    last_error = models.CharField("dernière erreur", max_length=255, blank=True)

    class Meta:
        verbose_name = "avis"
        verbose_name_plural = "avis"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(emailed_at=None), name="notices_to_send"),
            models.Index(fields=["recipient", "read_at"], name="notices_by_recipient"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} ({self.recipient or self.address})"

    @property
    def url(self) -> str:
        """The link of the notice: its own, else the page in the back office, else the account page."""
        if self.link or not self.page_id:
            return self.link or reverse("account_home")
        return reverse("wagtailadmin_pages:edit", args=[self.page_id])


class NoticePreference(models.Model):
    """How often a person wants e-mails. Without a row, one per notice."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name="compte",
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="notice_preference",
    )
    rhythm = models.CharField("avis par courriel", max_length=14, choices=Rhythm.choices, default=Rhythm.EACH)
    last_digest_on = models.DateField("dernier récapitulatif le", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "rythme des avis"
        verbose_name_plural = "rythmes des avis"

    def __str__(self) -> str:
        return f"{self.user} : {self.get_rhythm_display()}"
