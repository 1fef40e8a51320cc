"""Grids of questions that the Centre changes over time: one version is in use, and a used version never changes."""

from typing import ClassVar, Self

from django.db import models, transaction
from django.db.models import Max
from modelcluster.models import ClusterableModel


class VersionedGrid(ClusterableModel):
    """One version of a grid. Once it has served, it no longer changes: the next version is a copy.

    ``items``: the relation to its questions. ``uses``: the relation to what was filled in with it. A subclass declares
    ``is_current``, with the unique constraint that allows one version in use.
    """

    version = models.PositiveSmallIntegerField("version", unique=True)
    is_current: models.BooleanField

    items: ClassVar[str]
    uses: ClassVar[str]

    class Meta:
        abstract = True
        ordering = ["-version"]

    @classmethod
    def in_use(cls) -> Self | None:
        """The version of what is filled in from now on; None before ``setup_portal`` ran."""
        return cls._default_manager.filter(is_current=True).first()

    @property
    def has_served(self) -> bool:
        return self.pk is not None and getattr(self, self.uses).exists()

    @classmethod
    def next_version(cls, start: Self | None) -> Self:
        """An unsaved version with the questions of ``start``."""
        last = cls._default_manager.aggregate(last=Max("version"))["last"] or 0
        grid = cls(version=last + 1)
        if start is not None:
            start.copy_child_relation(cls.items, grid)
        return grid

    @transaction.atomic
    def put_in_use(self) -> None:
        """Replace the version in use; what was filled in keeps its own."""
        versions = type(self)._default_manager
        versions.filter(is_current=True).exclude(pk=self.pk).update(is_current=False)
        versions.filter(pk=self.pk).update(is_current=True)
        self.is_current = True
