"""Reference data: the official divisions of France, loaded by ``load_territories``."""

from django.db import models

#: Year of the populations in ``data/communes.csv`` (INSEE, municipal population, in force since 1 January 2026).
POPULATION_YEAR = 2023


class Region(models.Model):
    code = models.CharField("code INSEE", max_length=3, primary_key=True)
    name = models.CharField("nom", max_length=100)
    slug = models.SlugField("identifiant", max_length=100, unique=True)

    class Meta:
        verbose_name = "région"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Department(models.Model):
    code = models.CharField("code INSEE", max_length=3, primary_key=True)
    name = models.CharField("nom", max_length=100)
    slug = models.SlugField("identifiant", max_length=100, unique=True)
    region = models.ForeignKey(Region, verbose_name="région", on_delete=models.PROTECT, related_name="departments")

    class Meta:
        verbose_name = "département"
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class Epci(models.Model):
    """An intermunicipal body (EPCI) or one of the eleven EPT of the Grand Paris."""

    siren = models.CharField("SIREN", max_length=9, primary_key=True)
    name = models.CharField("nom", max_length=200)
    kind = models.CharField("type", max_length=10)

    class Meta:
        verbose_name = "EPCI ou EPT"
        verbose_name_plural = "EPCI et EPT"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Commune(models.Model):
    code = models.CharField("code INSEE", max_length=5, primary_key=True)
    name = models.CharField("nom", max_length=100)
    department = models.ForeignKey(
        Department, verbose_name="département", on_delete=models.PROTECT, related_name="communes"
    )
    epcis = models.ManyToManyField(Epci, verbose_name="EPCI et EPT", related_name="communes", blank=True)
    population = models.PositiveIntegerField("population", null=True)
    latitude = models.FloatField("latitude", null=True)
    longitude = models.FloatField("longitude", null=True)

    class Meta:
        verbose_name = "commune"
        ordering = ["name", "code"]

    def __str__(self) -> str:
        return f"{self.name} ({self.department_id})"


class Postcode(models.Model):
    """One postcode of one commune: a postcode may serve several communes, and the reverse."""

    code = models.CharField("code postal", max_length=5, db_index=True)
    commune = models.ForeignKey(Commune, on_delete=models.CASCADE, related_name="postcodes")

    class Meta:
        verbose_name = "code postal"
        verbose_name_plural = "codes postaux"
        constraints = [models.UniqueConstraint(fields=["code", "commune"], name="unique_postcode")]

    def __str__(self) -> str:
        return self.code
