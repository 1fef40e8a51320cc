"""A table that somebody imports, its lines, and the headings that were told once."""

from django.conf import settings
from django.db import models
from django.db.models.signals import post_delete
from django.utils import timezone

from portal.base.readings import Remark
from portal.base.storage import delete_with_row
from portal.base.tables.lines import Line
from portal.medialib.models import private_storage, stored_name


class ImportStep(models.TextChoices):
    """What the import waits for."""

    HEADINGS = "headings", "titres à reconnaître"
    CHECK = "check", "vérification en cours"
    REPORT = "report", "vérifié, rien n’est encore écrit"
    IMPORT = "import", "import en cours"
    DONE = "done", "terminé"


class LineState(models.TextChoices):
    """The expected outcome of a line once it is checked, its true one once it is imported (``is_imported``)."""

    WAITING = "waiting", "à vérifier"
    REFUSED = "refused", "refusée"
    CREATED = "created", "à créer"
    UPDATED = "updated", "à modifier"
    UNCHANGED = "unchanged", "inchangée"
    LEFT_OUT = "left_out", "laissée de côté"


#: The lines that an import takes.
ACCEPTED = (LineState.CREATED, LineState.UPDATED, LineState.UNCHANGED)


def stored_path(table: "TableImport", filename: str) -> str:
    return stored_name("imports", filename)


class TableImport(models.Model):
    """``headings``: those of the file as ``asdict(Heading)``, with the column that each is read as.

    ``remarks``: how the file was read, as ``asdict(Remark)``. ``together``: what its lines, read together, say of each
    other (``services.lines_together``); None until a slice reads them, and after a correction. ``version`` changes
    with the step, the headings and each correction: a form about an older one is refused.
    """

    kind = models.CharField("sorte de tableau", max_length=40)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name="envoyé par"
    )
    name = models.CharField("nom du fichier", max_length=150)
    file = models.FileField("fichier", upload_to=stored_path, storage=private_storage, blank=True, max_length=120)
    step = models.CharField("étape", max_length=20, choices=ImportStep.choices, default=ImportStep.HEADINGS)
    headings = models.JSONField("titres du fichier", default=list, blank=True)
    remarks = models.JSONField("lecture du fichier", default=list, blank=True)
    together = models.JSONField("lignes lues ensemble", null=True, blank=True, editable=False)
    version = models.PositiveIntegerField("version", default=1)
    created_at = models.DateTimeField("envoyé le", default=timezone.now, db_index=True)

    class Meta:
        verbose_name = "import d’un tableau"
        verbose_name_plural = "imports de tableaux"
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def notices(self) -> list[Remark]:
        return [Remark(**remark) for remark in self.remarks]


class ImportLine(models.Model):
    """One record of the file. ``number``: its first line there.

    ``cells``: its text by column name, as read; ``corrected``: what was typed instead on screen. Both are emptied once
    the line is imported. ``text``: the line as it stands in the file, where its cells could not be told apart.
    """

    table = models.ForeignKey(TableImport, on_delete=models.CASCADE, related_name="lines", verbose_name="import")
    number = models.PositiveIntegerField("ligne du fichier")
    key = models.CharField("identifiant", max_length=200, blank=True)
    title = models.CharField("nom", max_length=200, blank=True)
    cells = models.JSONField("cellules", default=dict, blank=True)
    corrected = models.JSONField("cellules corrigées", default=dict, blank=True)
    problem = models.TextField("ce qui empêche de la lire", blank=True)
    text = models.TextField("texte de la ligne", blank=True)
    state = models.CharField("résultat", max_length=20, choices=LineState.choices, default=LineState.WAITING)
    remarks = models.JSONField("remarques", default=list, blank=True)
    is_imported = models.BooleanField("importée", default=False)

    class Meta:
        verbose_name = "ligne d’un import"
        verbose_name_plural = "lignes d’un import"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["table", "number"], name="one_import_line_a_number"),
        ]
        indexes = [
            models.Index(fields=["table", "state", "number"], name="import_lines_of_state"),
            models.Index(fields=["table", "key"], name="import_lines_of_key"),
        ]

    def __str__(self) -> str:
        return f"ligne {self.number}"

    @property
    def told(self) -> list[Remark]:
        return [Remark(**remark) for remark in self.remarks]

    def line(self) -> Line:
        """What is checked and imported. Corrections tell the cells of an unreadable line."""
        return Line(self.number, self.cells | self.corrected, "" if self.corrected else self.problem, self.text)


class KnownHeading(models.Model):
    """A heading that somebody told, by ``heading_key``; an empty ``column`` is one to ignore."""

    kind = models.CharField("sorte de tableau", max_length=40)
    heading = models.CharField("titre", max_length=200)
    shown = models.CharField("titre, tel qu’écrit", max_length=200)
    column = models.CharField("colonne", max_length=80, blank=True)

    class Meta:
        verbose_name = "titre retenu"
        verbose_name_plural = "titres retenus"
        ordering = ["heading"]
        constraints = [models.UniqueConstraint(fields=["kind", "heading"], name="one_known_heading")]

    def __str__(self) -> str:
        return self.shown


post_delete.connect(delete_with_row, sender=TableImport, dispatch_uid="delete_import_file")
