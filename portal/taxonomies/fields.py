"""Model fields that hold terms of one vocabulary."""

from django.db import models
from modelcluster.fields import ParentalManyToManyField

from portal.taxonomies.models import Term, Vocabulary, terms


def term_field(verbose_name: str, vocabulary: Vocabulary) -> models.ForeignKey:
    """One term, which a draft may lack. A used term cannot be deleted."""
    return models.ForeignKey(
        Term,
        verbose_name=verbose_name,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        limit_choices_to=terms(vocabulary),
        related_name="+",
    )


def terms_field(verbose_name: str, vocabulary: Vocabulary) -> ParentalManyToManyField:
    """Several terms, kept in the revisions of the page."""
    return ParentalManyToManyField(
        Term, verbose_name=verbose_name, blank=True, limit_choices_to=terms(vocabulary), related_name="+"
    )


def term_choices_field(verbose_name: str, vocabulary: Vocabulary) -> models.ManyToManyField:
    """Several terms of a model without revisions."""
    return models.ManyToManyField(
        Term, verbose_name=verbose_name, blank=True, limit_choices_to=terms(vocabulary), related_name="+"
    )
