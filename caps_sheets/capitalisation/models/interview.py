"""An interview: when, with whom by function, under which consent, and what was said."""

from django.db import models
from django.utils import timezone

from caps_sheets.capitalisation.models.case_file import CaseFile
from caps_sheets.capitalisation.models.interview_grid import InterviewGrid, InterviewQuestion
from portal.users.models import User


class Channel(models.TextChoices):
    ON_SITE = "sur-place", "sur place"
    VIDEO = "visio", "en visioconférence"
    PHONE = "telephone", "par téléphone"


class Interview(models.Model):
    """One meeting of a case file. It keeps the version of the grid it was held with. Never public."""

    case_file = models.ForeignKey(CaseFile, verbose_name="dossier", on_delete=models.CASCADE, related_name="interviews")
    grid = models.ForeignKey(InterviewGrid, verbose_name="grille", on_delete=models.PROTECT, related_name="interviews")
    met_on = models.DateField("date de l’entretien")
    channel = models.CharField("lieu ou moyen", max_length=12, choices=Channel.choices, default=Channel.ON_SITE)
    interviewer = models.ForeignKey(
        User,
        verbose_name="mené par",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="interviews",
    )
    interviewee_role = models.CharField(
        "fonction des personnes interrogées",
        max_length=300,
        help_text="Des fonctions (« infirmière de CMP »), jamais de noms.",
    )
    notes = models.TextField("notes sur l’entretien", blank=True)
    closed_at = models.DateTimeField("clos le", null=True, blank=True)
    closed_by = models.ForeignKey(
        User, verbose_name="clos par", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    answers_deleted_on = models.DateField("réponses supprimées le", null=True, blank=True)
    created_at = models.DateTimeField("créé le", default=timezone.now)
    updated_at = models.DateTimeField("modifié le", auto_now=True)

    class Meta:
        verbose_name = "entretien"
        verbose_name_plural = "entretiens"
        ordering = ["met_on", "pk"]

    def __str__(self) -> str:
        return f"Entretien du {self.met_on:%d/%m/%Y}"

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None


class InterviewNote(models.Model):
    """What was answered to a question (``rank`` 0) or to a follow-up question (1, 2…)."""

    interview = models.ForeignKey(Interview, verbose_name="entretien", on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(
        InterviewQuestion, verbose_name="question", on_delete=models.PROTECT, related_name="answers"
    )
    rank = models.PositiveSmallIntegerField("rang", default=0)
    follow_up = models.CharField("relance posée", max_length=300, blank=True)
    notes = models.TextField("notes", blank=True)
    time_mark = models.PositiveIntegerField("repère dans l’enregistrement, en secondes", null=True, blank=True)
    verbatim = models.TextField("verbatim candidat", blank=True)
    speaker_role = models.CharField("fonction de la personne citée", max_length=120, blank=True)
    #: Keys of the sections of the sheet that the analysis chose; empty: the section of the question.
    sections = models.JSONField("sections de la fiche", default=list, blank=True)
    is_kept = models.BooleanField("verbatim retenu", default=False)

    class Meta:
        verbose_name = "réponse d’entretien"
        verbose_name_plural = "réponses d’entretien"
        ordering = ["question__part", "question__order", "question_id", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["interview", "question", "rank"], name="one_answer_per_question_and_rank")
        ]

    def __str__(self) -> str:
        return self.follow_up or str(self.question)

    @property
    def target_sections(self) -> list[str]:
        """The sections of the sheet that this answer feeds."""
        return self.sections or ([self.question.section] if self.question.section else [])


class Consent(models.Model):
    """What the person agreed to, on which text, since when, and until they take it back."""

    interview = models.OneToOneField(
        Interview, verbose_name="entretien", on_delete=models.CASCADE, related_name="consent"
    )
    text_version = models.CharField("version du texte signé", max_length=20)
    given_on = models.DateField("donné le")
    allows_notes = models.BooleanField("prise de notes", default=True)
    allows_recording = models.BooleanField("enregistrement du son", default=False)
    allows_verbatims = models.BooleanField("citations sans nom", default=False)
    allows_role = models.BooleanField("mention de la fonction", default=False)
    withdrawn_on = models.DateField("retiré le", null=True, blank=True)
    recorded_by = models.ForeignKey(
        User, verbose_name="enregistré par", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    recorded_at = models.DateTimeField("enregistré le", default=timezone.now)

    class Meta:
        verbose_name = "consentement"
        verbose_name_plural = "consentements"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(withdrawn_on__isnull=True) | models.Q(withdrawn_on__gte=models.F("given_on")),
                name="consent_withdrawn_after_given",
                violation_error_message="Le retrait précède l’accord.",
            )
        ]

    def __str__(self) -> str:
        return f"Consentement du {self.given_on:%d/%m/%Y}"
