"""The models of the search: its outbox, the synonyms of editors, the counts of searched terms."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from search.distress import read_phrase
from search.text import STOP_STEMS, STOP_WORDS, stems

MOST_PHRASES = 30
LONGEST_PHRASE = 80
MOST_DISTRESS_PHRASES = 200
LONGEST_DISTRESS_PHRASE = 300


class IndexChange(models.Model):
    """One object to index again, written in the transaction of its change.

    ``key`` names it (``sheet:12``). The row holds no new state: the drain reads the database, so that rows may be
    repeated, late or out of order without harm.
    """

    class Reason(models.TextChoices):
        SAVED = "enregistrement", "enregistrement"
        DELETED = "suppression", "suppression"
        MOVED = "deplacement", "déplacement"
        RESTRICTED = "acces", "restriction d’accès"
        RELATED = "lien", "contenu lié modifié"
        REPAIRED = "reparation", "réconciliation"

    key = models.CharField("document", max_length=80, db_index=True)
    reason = models.CharField("raison", max_length=20, choices=Reason.choices)
    created_at = models.DateTimeField("date", default=timezone.now, db_index=True)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    next_attempt = models.DateTimeField("prochain essai", default=timezone.now)
    last_error = models.CharField("dernière erreur", max_length=300, blank=True)

    class Meta:
        verbose_name = "changement à indexer"
        verbose_name_plural = "changements à indexer"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.key} ({self.get_reason_display()})"


class SynonymGroup(models.Model):
    """Phrases with the same meaning in a search, one per line: maintained by editors, read at each query."""

    phrases = models.TextField(
        "mots ou expressions équivalents",
        help_text="Un par ligne, deux au moins : « QPV » puis « quartier prioritaire ». "
        "Qui cherche l’un trouve aussi les autres. Accents, majuscules et pluriels sont indifférents.",
    )
    note = models.CharField("remarque", max_length=200, blank=True, help_text="Pour l’équipe : pourquoi ce groupe.")

    class Meta:
        verbose_name = "groupe de synonymes"
        verbose_name_plural = "synonymes de la recherche"
        ordering = ["phrases"]

    def __str__(self) -> str:
        return " = ".join(self.phrase_list())

    def clean(self) -> None:
        phrases = {tuple(stems(phrase)): phrase for phrase in reversed(self.phrase_list())}
        if self.phrases.strip() and (problem := self.problem(phrases)):
            raise ValidationError({"phrases": problem})
        self.phrases = "\n".join(reversed(phrases.values()))

    @staticmethod
    def problem(phrases: dict[tuple[str, ...], str]) -> str:
        """The error in ``phrases`` (stems → as typed), in plain French; '' if there is none."""
        for tokens, phrase in phrases.items():
            if not tokens:
                return f"« {phrase} » ne contient ni lettre ni chiffre."
            if STOP_STEMS.issuperset(tokens):
                return f"« {phrase} » est un mot trop courant : toutes les recherches le contiennent."
            if len(phrase) > LONGEST_PHRASE:
                return f"« {phrase[:40]}… » est trop long : {LONGEST_PHRASE} caractères au plus par ligne."
        if len(phrases) < 2:
            return (
                "Écrivez au moins deux expressions différentes, une par ligne "
                "(un pluriel, une majuscule ou un accent n’en font pas une autre)."
            )
        if len(phrases) > MOST_PHRASES:
            return f"{MOST_PHRASES} expressions au plus par groupe : faites-en plusieurs."
        return ""

    def phrase_list(self) -> list[str]:
        return [line.strip() for line in self.phrases.splitlines() if line.strip()]


class DistressPhraseGroup(models.Model):
    """Phrases that may come from somebody in distress: a search that holds one shows the 3114 first."""

    title = models.CharField("ce que disent ces expressions", max_length=120)
    phrases = models.TextField(
        "expressions",
        help_text="Une par ligne, avec les seuls mots qui comptent, dans l’ordre : « plus envie vivre » reconnaît "
        "« je n’ai vraiment plus envie de vivre » (trois autres mots au plus entre deux). Une barre oblique sépare "
        "des mots équivalents : « plus/pas/aucune envie ». Des guillemets veulent les mots côte à côte. Une étoile "
        "vaut toutes les fins : « suicid* ». Accents, majuscules et fautes de frappe sont indifférents.",
    )
    lookalikes = models.TextField(
        "mots à ne pas confondre",
        blank=True,
        help_text="Des mots courants, à une lettre près ceux des expressions : « prendre » n’est pas « pendre ». "
        "L’étoile vaut aussi ici.",
    )

    class Meta:
        verbose_name = "expressions de détresse"
        verbose_name_plural = "expressions de détresse"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        lines = list(dict.fromkeys(line.strip() for line in self.phrases.splitlines() if line.strip()))
        if problem := next(filter(None, map(self.problem, lines)), ""):
            raise ValidationError({"phrases": problem})
        if len(lines) > MOST_DISTRESS_PHRASES:
            raise ValidationError({"phrases": f"{MOST_DISTRESS_PHRASES} expressions au plus : faites un autre groupe."})
        self.phrases = "\n".join(lines)

    @staticmethod
    def problem(line: str) -> str:
        """The error in one line, in plain French; '' if there is none."""
        if len(line) > LONGEST_DISTRESS_PHRASE:
            return f"« {line[:40]}… » est trop long : {LONGEST_DISTRESS_PHRASE} caractères au plus par ligne."
        phrase = read_phrase(line)
        if phrase is None:
            return f"« {line} » ne contient ni lettre ni chiffre."
        if len(phrase.places) == 1 and any(word.form in STOP_WORDS for word in phrase.places[0]):
            return f"« {line} » : un mot trop courant, seul, montrerait le 3114 à presque toutes les recherches."
        return ""


class ReferenceStamp(models.Model):
    """A single row that changes with every label, synonym or name that the search uses."""

    stamp = models.CharField(max_length=32)

    class Meta:
        verbose_name = "état des vocabulaires de la recherche"
        verbose_name_plural = "états des vocabulaires de la recherche"

    def __str__(self) -> str:
        return self.stamp


class MeasuredTerm(models.Model):
    """A searched term. ``text`` is written only once several searches used it.

    ``digest`` is a keyed digest of the normalised words: without the secret key it does not reveal a rare search.
    """

    digest = models.CharField("empreinte", max_length=64, unique=True, editable=False)
    text = models.CharField("recherche", max_length=80, blank=True)
    is_erased = models.BooleanField("effacée", default=False, help_text="Son texte ne sera plus jamais gardé.")

    class Meta:
        verbose_name = "terme recherché"
        verbose_name_plural = "termes recherchés"
        ordering = ["text"]

    def __str__(self) -> str:
        return self.text or "(recherche rare)"


class TermCount(models.Model):
    """How often a term was searched on one day, and the outcome. ``click_rank_sum`` adds the ranks, from 1."""

    term = models.ForeignKey(MeasuredTerm, models.CASCADE, related_name="counts")
    day = models.DateField("jour", db_index=True)
    searches = models.PositiveIntegerField("recherches", default=0)
    without_result = models.PositiveIntegerField("sans résultat", default=0)
    clicks = models.PositiveIntegerField("clics sur un résultat", default=0)
    click_rank_sum = models.PositiveIntegerField("somme des rangs", default=0)
    promoted_clicks = models.PositiveIntegerField("clics sur une recommandation", default=0)

    class Meta:
        verbose_name = "décompte d’un terme"
        verbose_name_plural = "décomptes des termes"
        constraints = [models.UniqueConstraint(fields=["term", "day"], name="one_count_a_term_and_day")]

    def __str__(self) -> str:
        return f"{self.term} ({self.day:%d/%m/%Y})"


class GapsReport(models.Model):
    """No table: it carries the permission for the report of missing sheets."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = [("view_gaps", "peut voir le tableau des manques")]
        verbose_name = "tableau des manques"
        verbose_name_plural = "tableaux des manques"

    def __str__(self) -> str:
        return "Tableau des manques"
