"""Daily totals of listens by episode, without personal data."""

from django.db import models

from caps_sheets.podcasts.models.episode import EpisodePage


class Source(models.TextChoices):
    """The source of a listen: the family of the application, never its version nor its device."""

    SITE = "site", "site du portail"
    EMBED = "integre", "lecteur intégré à un autre site"
    APPLE = "apple", "Apple (Podcasts, iTunes, lecteur de l’iPhone)"
    SPOTIFY = "spotify", "Spotify"
    DEEZER = "deezer", "Deezer"
    ANTENNAPOD = "antennapod", "AntennaPod"
    POCKET_CASTS = "pocket-casts", "Pocket Casts"
    OVERCAST = "overcast", "Overcast"
    CASTBOX = "castbox", "Castbox"
    PODCAST_ADDICT = "podcast-addict", "Podcast Addict"
    OTHER_APP = "application", "autre application de podcast"
    OTHER = "autre", "autre"


class EpisodeDay(models.Model):
    """The listens of one episode, one day, from one source."""

    episode = models.ForeignKey(
        EpisodePage, verbose_name="épisode", on_delete=models.CASCADE, related_name="listening_days"
    )
    day = models.DateField("jour")
    source = models.CharField("origine", max_length=20, choices=Source.choices)
    count = models.PositiveIntegerField("écoutes", default=0)

    class Meta:
        verbose_name = "écoutes d’un jour"
        verbose_name_plural = "écoutes par jour"
        constraints = [models.UniqueConstraint(fields=["episode", "day", "source"], name="unique_episode_day")]
        indexes = [models.Index(fields=["day"], name="episode_day")]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y}, {self.get_source_display()} : {self.count}"
