"""The editorial step of a sheet: the official grid is its form."""

from portal.moderation.models import ReviewTask


class GridReviewTask(ReviewTask):
    """A reading by somebody who took no part in the text, through the official grid."""

    class Meta:
        verbose_name = "relecture éditoriale par la grille"
        verbose_name_plural = "relectures éditoriales par la grille"

    @classmethod
    def get_description(cls) -> str:
        return "Un membre des groupes choisis remplit la grille de relecture, puis approuve ou demande des changements."
