"""The repeated parts of a CLSM profile."""

from django.db import models
from modelcluster.fields import ParentalKey
from taggit.models import ItemBase
from wagtail.models import Orderable

from network.territories.models import Commune, Epci
from portal.medialib.fields import document_field
from portal.taxonomies.models import Term, Theme, Vocabulary, terms


def part_of_clsm(related_name: str) -> ParentalKey:
    return ParentalKey("network.ClsmPage", on_delete=models.CASCADE, related_name=related_name)


class ClsmTheme(ItemBase):
    tag = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="clsm_items")
    content_object = part_of_clsm("theme_items")

    class Meta:
        verbose_name = "thème prioritaire"
        verbose_name_plural = "thèmes prioritaires"


class ClsmCommune(Orderable):
    """A commune of the covered area, with the dates of its membership."""

    page = part_of_clsm("commune_items")
    commune = models.ForeignKey(Commune, verbose_name="commune", on_delete=models.PROTECT, related_name="clsm_items")
    since = models.DateField("depuis le", null=True, blank=True)
    until = models.DateField("jusqu’au", null=True, blank=True)

    class Meta(Orderable.Meta):
        verbose_name = "commune couverte"
        verbose_name_plural = "communes couvertes"


class ClsmEpci(Orderable):
    """An EPCI or EPT of the covered area: stands for all its communes."""

    page = part_of_clsm("epci_items")
    epci = models.ForeignKey(Epci, verbose_name="EPCI ou EPT", on_delete=models.PROTECT, related_name="clsm_items")

    class Meta(Orderable.Meta):
        verbose_name = "EPCI ou EPT couvert"
        verbose_name_plural = "EPCI et EPT couverts"


class ClsmQpv(Orderable):
    page = part_of_clsm("qpv_items")
    code = models.CharField("code", max_length=8, blank=True, help_text="Par exemple QN03401M (liste de 2024).")
    name = models.CharField("nom du quartier", max_length=200)

    class Meta(Orderable.Meta):
        verbose_name = "quartier prioritaire"
        verbose_name_plural = "quartiers prioritaires (QPV)"


class ClsmSector(Orderable):
    class Kind(models.TextChoices):
        ADULT = "adulte", "psychiatrie adulte"
        CHILD = "infanto-juvenile", "psychiatrie infanto-juvénile"

    page = part_of_clsm("sector_items")
    kind = models.CharField("type de secteur", max_length=20, choices=Kind.choices)
    code = models.CharField("code", max_length=20, blank=True)
    hospital = models.CharField("établissement de rattachement", max_length=200)

    class Meta(Orderable.Meta):
        verbose_name = "secteur de psychiatrie"
        verbose_name_plural = "secteurs de psychiatrie"


class ClsmCofacilitation(Orderable):
    page = part_of_clsm("cofacilitation_items")
    hospital = models.CharField("établissement", max_length=200)
    unit = models.CharField("pôle ou secteur", max_length=200, blank=True)
    role = models.CharField("fonction", max_length=120, blank=True, help_text="Une fonction, jamais un nom.")

    class Meta(Orderable.Meta):
        verbose_name = "co-animation par la psychiatrie"
        verbose_name_plural = "co-animation par la psychiatrie"


class ClsmBody(Orderable):
    page = part_of_clsm("body_items")
    kind = models.ForeignKey(
        Term,
        verbose_name="type",
        on_delete=models.PROTECT,
        limit_choices_to=terms(Vocabulary.BODY_TYPE),
        related_name="+",
    )
    label = models.CharField("appellation locale", max_length=120, blank=True)
    frequency = models.CharField("fréquence", max_length=80, blank=True, help_text="Par exemple : deux fois par an.")
    last_meeting = models.DateField("dernière réunion", null=True, blank=True)
    composition = models.CharField("composition", max_length=300, blank=True)

    class Meta(Orderable.Meta):
        verbose_name = "instance"
        verbose_name_plural = "instances"


class ClsmWorkingGroup(Orderable):
    class Status(models.TextChoices):
        ACTIVE = "actif", "actif"
        PAUSED = "pause", "en pause"
        CLOSED = "clos", "clos"

    page = part_of_clsm("working_group_items")
    title = models.CharField("intitulé", max_length=200)
    theme = models.ForeignKey(
        Theme, verbose_name="thème", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    audience = models.ForeignKey(
        Term,
        verbose_name="public",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        limit_choices_to=terms(Vocabulary.AUDIENCE),
        related_name="+",
    )
    status = models.CharField("statut", max_length=10, choices=Status.choices, default=Status.ACTIVE)

    class Meta(Orderable.Meta):
        verbose_name = "groupe de travail"
        verbose_name_plural = "groupes de travail"


class ClsmFunder(Orderable):
    """A type of funder and its year; amounts are internal (``ClsmRecord``)."""

    page = part_of_clsm("funder_items")
    kind = models.ForeignKey(
        Term,
        verbose_name="type",
        on_delete=models.PROTECT,
        limit_choices_to=terms(Vocabulary.FUNDER),
        related_name="+",
    )
    year = models.PositiveSmallIntegerField("année", null=True, blank=True)

    class Meta(Orderable.Meta):
        verbose_name = "financeur"
        verbose_name_plural = "financeurs"


class ClsmReport(Orderable):
    page = part_of_clsm("report_items")
    year = models.PositiveSmallIntegerField("année")
    title = models.CharField("intitulé", max_length=200)
    document = document_field("document")

    class Meta(Orderable.Meta):
        verbose_name = "bilan annuel"
        verbose_name_plural = "bilans annuels"
