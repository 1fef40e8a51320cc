"""One edition of the census: when it opens and closes, what the CLSMs read, the reminders already sent."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import models

from network.models import ClsmPage
from portal.users.models import User

MOST_REMINDERS, LONGEST_NOTICE = 5, 120


def read_days(text: str) -> list[int]:
    """« 21, 7 » → [21, 7], the longest first. Raises ``ValidationError``."""
    parts = [part.strip() for part in text.replace(";", ",").split(",") if part.strip()]
    if not all(part.isdecimal() and len(part) < 4 for part in parts):
        raise ValidationError("Écrivez des nombres de jours séparés par des virgules, par exemple « 21, 7 ».")
    days = sorted({int(part) for part in parts}, reverse=True)
    if len(days) > MOST_REMINDERS or (days and days[0] > LONGEST_NOTICE):
        raise ValidationError(f"{MOST_REMINDERS} relances au plus, dans les {LONGEST_NOTICE} jours avant la clôture.")
    return days


def check_days(text: str) -> None:
    read_days(text)


class CensusEdition(models.Model):
    """Every day is one of Paris; ``closes_on`` is the last day of the census, and still open."""

    year = models.PositiveSmallIntegerField(
        "année du recensement", unique=True, error_messages={"unique": "Le recensement de cette année existe déjà."}
    )
    opens_on = models.DateField("ouvre le")
    closes_on = models.DateField("dernier jour", help_text="Inclus : le recensement ferme ce jour-là à minuit.")
    grace_days = models.PositiveSmallIntegerField(
        "jours de grâce",
        default=0,
        help_text="Pendant ces jours, une action déjà commencée peut encore être envoyée. Zéro : aucun délai.",
    )
    text = models.TextField(
        "message aux CLSM", max_length=1000, blank=True, help_text="Ils le lisent au-dessus de leurs actions."
    )
    reminder_days = models.CharField(
        "relances prévues",
        max_length=40,
        blank=True,
        validators=[check_days],
        help_text="Jours avant la clôture, par exemple « 21, 7 ». Seuls les CLSM qui n’ont rien envoyé les reçoivent.",
    )

    class Meta:
        verbose_name = "édition du recensement"
        verbose_name_plural = "éditions du recensement"
        ordering = ["-year"]

    def __str__(self) -> str:
        return f"Recensement {self.year}"

    def clean(self) -> None:
        if not 1990 <= (self.year or 0) <= 2100:
            raise ValidationError({"year": "Une année entre 1990 et 2100."})
        if (self.grace_days or 0) > LONGEST_NOTICE:
            raise ValidationError({"grace_days": f"{LONGEST_NOTICE} jours au plus."})
        if self.opens_on and self.closes_on:
            self._check_dates()

    def _check_dates(self) -> None:
        for name in ("opens_on", "closes_on"):
            if abs(getattr(self, name).year - self.year) > 1:
                raise ValidationError({name: f"Une date de {self.year - 1}, {self.year} ou {self.year + 1}."})
        if self.closes_on < self.opens_on:
            raise ValidationError({"closes_on": "Il ne précède pas l’ouverture."})
        at_once = CensusEdition.objects.exclude(pk=self.pk).filter(
            opens_on__lte=self.closes_on, closes_on__gte=self.opens_on
        )
        if other := at_once.first():
            raise ValidationError(
                f"{other} est ouvert du {other.opens_on:%d/%m/%Y} au {other.closes_on:%d/%m/%Y} : un seul recensement "
                "est ouvert à la fois. Fermez-le d’abord, ou changez ces dates."
            )

    @property
    def last_sending(self) -> date:
        """The last day on which an action begun before the close may be sent."""
        return self.closes_on + timedelta(days=self.grace_days)

    def is_open(self, today: date) -> bool:
        return self.opens_on <= today <= self.closes_on

    def reminder_due(self, today: date) -> date | None:
        """The latest planned reminder whose day has come, while the census is open."""
        if not self.is_open(today):
            return None
        days = (self.closes_on - timedelta(days=number) for number in read_days(self.reminder_days))
        return max((day for day in days if self.opens_on <= day <= today), default=None)


class CensusReminder(models.Model):
    """One reminder to one CLSM. ``due_on``: the planned day, or that of the decision; never two for one day."""

    edition = models.ForeignKey(
        CensusEdition, verbose_name="édition", on_delete=models.CASCADE, related_name="reminders"
    )
    clsm = models.ForeignKey(ClsmPage, verbose_name="CLSM", on_delete=models.CASCADE, related_name="census_reminders")
    due_on = models.DateField("pour le")
    sent_on = models.DateField("envoyée le")
    by = models.ForeignKey(User, verbose_name="par", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = "relance du recensement"
        verbose_name_plural = "relances du recensement"
        ordering = ["-sent_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "clsm", "due_on"], name="one_census_reminder_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.clsm} : {self.due_on:%d/%m/%Y}"
