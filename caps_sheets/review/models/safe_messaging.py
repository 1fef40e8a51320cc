"""The checklist of a sheet about suicide. Source: domain dossier §8.4 (Papageno, WHO 2023)."""

from django.db import models

from caps_sheets.review.models.about_text import AboutText, SignedByPerson


class SafeWording(models.TextChoices):
    """What somebody vouches for, item by item."""

    NO_METHOD = "ni-methode-ni-lieu", "La fiche ne décrit ni méthode ni lieu."
    NO_SENSATION = "ni-sensationnel", "Ni le titre ni les images ne cherchent le sensationnel."
    NO_SINGLE_CAUSE = "ni-cause-unique", "Aucune explication unique ou simpliste n’est donnée."
    NO_SOLUTION = "ni-solution", "Le suicide n’est jamais présenté comme une solution."
    RIGHT_WORDS = (
        "mots-justes",
        "Le vocabulaire est juste : « mort par suicide », « tentative de suicide » ; ni « réussi », ni « raté », "
        "ni « commettre ».",
    )
    PREVENTION = "prevention-possible", "La fiche rappelle que la prévention est possible."
    RECOVERY = "retablissement", "Des récits de rétablissement ont leur place, quand l’action en porte."
    RESOURCES = "ressources", "Les ressources d’aide, dont le 3114, sont affichées."
    ANONYMITY = "anonymat", "L’anonymat des personnes endeuillées est protégé."
    TRAINED_READER = "personne-formee", "Une personne formée à la prévention du suicide a relu la fiche."


class SafeMessagingTick(AboutText, SignedByPerson):
    """One item, vouched for by one person about one text."""

    sheet = models.ForeignKey(
        "caps_sheets.CapsSheetPage", verbose_name="fiche", on_delete=models.CASCADE, related_name="safe_messaging_ticks"
    )
    item = models.CharField("point", max_length=24, choices=SafeWording.choices)

    class Meta:
        verbose_name = "point de la relecture « parler du suicide sans risque »"
        verbose_name_plural = "points de la relecture « parler du suicide sans risque »"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["sheet", "text_key", "item"], name="one_tick_per_item_and_text")]

    def __str__(self) -> str:
        return self.get_item_display()
