"""The repeated parts of a CAPS sheet."""

from django.db import models
from modelcluster.fields import ParentalKey
from taggit.models import ItemBase, TaggedItemBase
from wagtail.models import Orderable

from network.models import ClsmPage, Organisation
from network.territories.models import Commune
from portal.taxonomies.models import Term, Theme, Vocabulary, terms


def part_of_sheet(related_name: str) -> ParentalKey:
    return ParentalKey("caps_sheets.CapsSheetPage", on_delete=models.CASCADE, related_name=related_name)


class SheetTheme(ItemBase):
    tag = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="sheet_items")
    content_object = part_of_sheet("theme_items")

    class Meta:
        verbose_name = "thème de la fiche"
        verbose_name_plural = "thèmes de la fiche"


class SheetKeyword(TaggedItemBase):
    content_object = part_of_sheet("keyword_items")

    class Meta:
        verbose_name = "mot-clé de la fiche"
        verbose_name_plural = "mots-clés de la fiche"


class SheetClsm(Orderable):
    """A CLSM that carried the action."""

    page = part_of_sheet("clsm_items")
    clsm = models.ForeignKey(ClsmPage, verbose_name="CLSM", on_delete=models.PROTECT, related_name="sheet_items")

    class Meta(Orderable.Meta):
        verbose_name = "CLSM porteur"
        verbose_name_plural = "CLSM porteurs"

    def __str__(self) -> str:
        return str(self.clsm)


class SheetCommune(Orderable):
    """A commune of the action, if it is narrower than the covered area of the CLSM."""

    page = part_of_sheet("commune_items")
    commune = models.ForeignKey(Commune, verbose_name="commune", on_delete=models.PROTECT, related_name="sheet_items")

    class Meta(Orderable.Meta):
        verbose_name = "commune de l’action"
        verbose_name_plural = "communes de l’action"

    def __str__(self) -> str:
        return str(self.commune)


class SheetPartner(Orderable):
    page = part_of_sheet("partner_items")
    organisation = models.ForeignKey(
        Organisation, verbose_name="organisation", on_delete=models.PROTECT, related_name="partnerships"
    )
    role = models.ForeignKey(
        Term,
        verbose_name="rôle",
        on_delete=models.PROTECT,
        limit_choices_to=terms(Vocabulary.PARTNER_ROLE),
        related_name="+",
    )

    class Meta(Orderable.Meta):
        verbose_name = "partenaire"
        verbose_name_plural = "partenaires"

    def __str__(self) -> str:
        return f"{self.organisation} ({self.role})"
