"""Interviews: their grid in versions, their answers, their consent and their private files.

People are recorded by function. One version of the grid is used for the next interviews. Files are stored privately,
have a deletion date, and each reading is logged. The last functions are the entry conditions of later stages.
"""

import uuid
from datetime import datetime, timedelta

from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.db import models
from django.utils import timezone
from modelcluster.fields import ParentalKey

from caps_sheets.capitalisation.models.case_file import CaseFile
from caps_sheets.models import CapsSheetPage
from caps_sheets.models.grids import VersionedGrid
from caps_sheets.sections import SECTIONS
from portal.medialib.models import private_storage, stored_name
from portal.users.models import User


class InterviewPart(models.IntegerChoices):
    """The twelve parts of an interview, in their order. Source: domain dossier §3.3."""

    WELCOME = 0, "Accueil, consentement, enregistrement"
    CARRIER = 1, "Porteur et contexte"
    ORIGIN = 2, "Genèse et objectifs"
    AUDIENCES = 3, "Publics et implication"
    PARTNERS = 4, "Partenaires et professionnels"
    STORY = 5, "Récit chronologique"
    STRATEGIES = 6, "Stratégies et fonctions clés"
    SKILLS = 7, "Compétences et outils"
    DIFFICULTIES = 8, "Difficultés, échecs et ajustements"
    EFFECTS = 9, "Effets perçus et évaluation"
    ADVICE = 10, "Conseils et transférabilité"
    CLOSING = 11, "Clôture"


def sheet_sections() -> list[tuple[str, str]]:
    """Key and heading of the sections of a sheet to which an answer may contribute."""
    return [(section.key, section.heading) for section in SECTIONS]


class InterviewGrid(VersionedGrid):
    is_current = models.BooleanField("version en service", default=False)
    comment = models.CharField("ce qui change dans cette version", max_length=250, blank=True)
    created_at = models.DateTimeField("créée le", default=timezone.now)
    created_by = models.ForeignKey(
        User, verbose_name="par", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    items, uses = "questions", "interviews"

    class Meta(VersionedGrid.Meta):
        verbose_name = "grille d’entretien"
        verbose_name_plural = "grilles d’entretien"
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"], condition=models.Q(is_current=True), name="one_current_interview_grid"
            )
        ]

    def __str__(self) -> str:
        return f"Grille d’entretien, version {self.version}"


class InterviewQuestion(models.Model):
    """One question of one version, with the prompts that help the person go on."""

    grid = ParentalKey(InterviewGrid, verbose_name="grille", on_delete=models.CASCADE, related_name="questions")
    part = models.PositiveSmallIntegerField("partie", choices=InterviewPart.choices)
    order = models.PositiveSmallIntegerField("ordre", default=0)
    label = models.TextField("question")
    prompts = models.TextField("relances", blank=True, help_text="Une par ligne.")
    section = models.CharField(
        "section de la fiche",
        max_length=30,
        choices=sheet_sections,
        blank=True,
        help_text="Là où la réponse ira dans le brouillon, sauf choix contraire à l’analyse.",
    )

    #: Used by Wagtail’s inline panels: the order of the form is stored.
    sort_order_field = "order"

    class Meta:
        verbose_name = "question"
        verbose_name_plural = "questions"
        ordering = ["part", "order", "pk"]

    def __str__(self) -> str:
        return self.label

    @property
    def prompt_list(self) -> list[str]:
        return [line.strip() for line in self.prompts.splitlines() if line.strip()]


class Channel(models.TextChoices):
    ON_SITE = "sur-place", "sur place"
    VIDEO = "visio", "en visioconférence"
    PHONE = "telephone", "par téléphone"


class Interview(models.Model):
    """One meeting of a case file. It keeps the version of the grid that it used. Never public."""

    case_file = models.ForeignKey(CaseFile, verbose_name="dossier", on_delete=models.CASCADE, related_name="interviews")
    grid = models.ForeignKey(InterviewGrid, verbose_name="grille", on_delete=models.PROTECT, related_name="interviews")
    met_on = models.DateField("date de l’entretien")
    met_at = models.TimeField("heure (Paris)", null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(
        "durée, en minutes", default=90, validators=[MinValueValidator(15), MaxValueValidator(480)]
    )
    channel = models.CharField("lieu ou moyen", max_length=12, choices=Channel.choices, default=Channel.ON_SITE)
    place = models.CharField("adresse ou salle", max_length=300, blank=True)
    video_url = models.URLField(
        "lien de la visioconférence",
        max_length=500,
        blank=True,
        validators=[URLValidator(["https"], message="Collez un lien qui commence par https://.")],
    )
    preparation = models.TextField("ce que la personne prépare", max_length=2000, blank=True)
    #: Rises each time the appointment changes: a calendar that already has it then replaces it (RFC 5545).
    sequence = models.PositiveIntegerField("version du rendez-vous", default=0, editable=False)
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

    @property
    def starts_at(self) -> datetime | None:
        """None while only the day is known."""
        return timezone.make_aware(datetime.combine(self.met_on, self.met_at)) if self.met_at else None

    @property
    def ends_at(self) -> datetime | None:
        return self.starts_at + timedelta(minutes=self.minutes) if self.starts_at else None

    @property
    def is_to_come(self) -> bool:
        """Until its end, or the end of its day."""
        return timezone.now() < self.ends_at if self.ends_at else timezone.localdate() <= self.met_on


class InterviewNote(models.Model):
    """The answer to a question (``rank`` 0) or to a follow-up question (1, 2…)."""

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
    #: Keys of the sections of the sheet chosen by the coding; empty: the section of the question.
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
        """The sections of the sheet to which this answer contributes."""
        return self.sections or ([self.question.section] if self.question.section else [])


class Consent(models.Model):
    """What the person consented to, on which text, since when, and until when."""

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


class FileKind(models.TextChoices):
    AUDIO = "son", "enregistrement"
    TRANSCRIPT = "transcription", "transcription"
    CONSENT = "consentement", "consentement signé"
    DOCUMENT = "document", "document"


def stored_path(file: "PrivateFile", filename: str) -> str:
    return stored_name("entretiens", filename, file.uuid)


class PrivateFile(models.Model):
    """A file that only users who may see the case file read, through one view.

    Once deleted, the row stays with its dates and without the file or its name: it records that there was a recording,
    and when it was deleted.
    """

    uuid = models.UUIDField("identifiant", default=uuid.uuid4, unique=True, editable=False)
    interview = models.ForeignKey(Interview, verbose_name="entretien", on_delete=models.CASCADE, related_name="files")
    kind = models.CharField("nature", max_length=14, choices=FileKind.choices)
    title = models.CharField("intitulé", max_length=160, blank=True)
    file = models.FileField("fichier", upload_to=stored_path, storage=private_storage, blank=True, max_length=120)
    mime_type = models.CharField("type", max_length=80, editable=False)
    size = models.PositiveBigIntegerField("taille en octets", default=0, editable=False)
    #: Of a recording, in seconds; None for those stored before it was read.
    duration = models.FloatField("durée", null=True, blank=True, editable=False)
    #: Of a transcript: what was read of the file, then corrected beside its recording, in WebVTT.
    text = models.TextField("transcription de travail", blank=True, editable=False)
    digest = models.CharField("empreinte", max_length=16, blank=True, editable=False)
    uploaded_at = models.DateTimeField("déposé le", default=timezone.now)
    uploaded_by = models.ForeignKey(
        User, verbose_name="déposé par", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    delete_on = models.DateField(
        "à supprimer le",
        null=True,
        blank=True,
        help_text="Vide : douze mois après la publication, et au plus tard vingt-quatre mois après le dépôt.",
    )
    reviewed_at = models.DateTimeField("relue le", null=True, blank=True)
    reviewed_by = models.ForeignKey(
        User, verbose_name="relue par", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    deleted_on = models.DateField("supprimé le", null=True, blank=True)

    class Meta:
        verbose_name = "fichier d’entretien"
        verbose_name_plural = "fichiers d’entretien"
        ordering = ["uploaded_at", "pk"]

    def __str__(self) -> str:
        return self.title or self.get_kind_display()


class Passage(models.Model):
    """A passage of a transcript that goes to a section of the sheet, as material or as a verbatim.

    It repeats what was said: it is deleted with the answers of its interview.
    """

    interview = models.ForeignKey(
        Interview, verbose_name="entretien", on_delete=models.CASCADE, related_name="passages"
    )
    transcript = models.ForeignKey(
        PrivateFile, verbose_name="transcription", null=True, on_delete=models.SET_NULL, related_name="passages"
    )
    section = models.CharField("section de la fiche", max_length=30, choices=sheet_sections)
    is_verbatim = models.BooleanField("verbatim", default=False)
    start = models.PositiveIntegerField("début, en secondes")
    end = models.PositiveIntegerField("fin, en secondes")
    voice = models.CharField("voix", max_length=160, blank=True)
    text = models.TextField("passage", max_length=5000)
    created_at = models.DateTimeField("choisi le", default=timezone.now)
    created_by = models.ForeignKey(
        User, verbose_name="choisi par", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = "passage d’entretien"
        verbose_name_plural = "passages d’entretien"
        ordering = ["start", "pk"]

    def __str__(self) -> str:
        return f"{self.get_section_display()}, {self.start} s"


class SheetSource(models.Model):
    """Where a sentence of a draft sheet was heard. Never in the page itself, nor in its revisions.

    ``block_id`` names the block of the StreamField, ``sentence`` is a digest of the sentence: a rewritten one is no
    longer found, and its block keeps its seconds.
    """

    sheet = models.ForeignKey(CapsSheetPage, verbose_name="fiche", on_delete=models.CASCADE, related_name="+")
    interview = models.ForeignKey(
        Interview, verbose_name="entretien", on_delete=models.CASCADE, related_name="sheet_sources"
    )
    block_id = models.CharField("bloc", max_length=36)
    sentence = models.CharField("empreinte de la phrase", max_length=16)
    second = models.PositiveIntegerField("seconde")

    class Meta:
        verbose_name = "origine d’une phrase"
        verbose_name_plural = "origines des phrases"
        ordering = ["pk"]
        indexes = [models.Index(fields=["sheet"], name="sources_of_sheet")]

    def __str__(self) -> str:
        return f"{self.block_id}, {self.second} s"


class FileAccess(models.Model):
    """A reading of a private file."""

    file = models.ForeignKey(PrivateFile, verbose_name="fichier", on_delete=models.CASCADE, related_name="accesses")
    user = models.ForeignKey(
        User, verbose_name="par", null=True, on_delete=models.SET_NULL, related_name="private_file_accesses"
    )
    at = models.DateTimeField("le", default=timezone.now)

    class Meta:
        verbose_name = "lecture d’un fichier d’entretien"
        verbose_name_plural = "lectures des fichiers d’entretien"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.user} – {self.file}, {timezone.localdate(self.at):%d/%m/%Y}"


def consent_is_valid(interview: Interview) -> bool:
    """Given, not withdrawn, and at least for notes."""
    return Consent.objects.filter(interview=interview, allows_notes=True, withdrawn_on__isnull=True).exists()


def has_valid_consent(case_file: CaseFile) -> bool:
    """At least one interview, each with a consent that was given and not withdrawn."""
    interviews = Interview.objects.filter(case_file=case_file)
    valid = interviews.filter(consent__allows_notes=True, consent__withdrawn_on__isnull=True)
    return interviews.exists() and not interviews.exclude(pk__in=valid.values("pk")).exists()


def interviews_closed(case_file: CaseFile) -> bool:
    """At least one interview, none still open."""
    interviews = Interview.objects.filter(case_file=case_file)
    return interviews.exists() and not interviews.filter(closed_at__isnull=True).exists()


def transcripts_reviewed(case_file: CaseFile) -> bool:
    """At least one interview; each recording has a transcript, and every transcript is reviewed.

    Deleted files count: what was reviewed before its deletion stays reviewed.
    """
    interviews = Interview.objects.filter(case_file=case_file)
    reviewed = interviews.filter(files__kind=FileKind.TRANSCRIPT, files__reviewed_at__isnull=False)
    recorded = interviews.filter(files__kind=FileKind.AUDIO)
    unread = interviews.filter(files__kind=FileKind.TRANSCRIPT, files__reviewed_at__isnull=True)
    left = recorded.exclude(pk__in=reviewed.values("pk"))
    return interviews.exists() and not left.exists() and not unread.exists()
