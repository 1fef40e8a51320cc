"""The step of the workflow that belongs to the CLSM: its coordinators answer on the public site."""

from wagtail.models import Task


class ProofreadingTask(Task):
    """Proof-reading by the current coordinators of the sheet's CLSMs, whoever they are on the day they answer."""

    class Meta:
        verbose_name = "relecture par le CLSM"
        verbose_name_plural = "relectures par le CLSM"

    @classmethod
    def get_description(cls) -> str:
        return "Chaque CLSM de la fiche donne son bon à publier, ou renvoie la fiche avec ses commentaires."
