"""The CLSM of the corpus: a few told by hand, the others drawn over the largest communes of each département."""

from functools import lru_cache
from random import Random

from django.utils.text import slugify

from tests.relevance.corpus.items import Item, Kind
from tests.relevance.corpus.places import DEPARTMENTS, Place, largest, members, places, regions
from tests.relevance.corpus.sources import rows

SHARE_WITH_THEMES = 0.6
LARGEST_GROUP = 40  # communes: beyond, a group is a metropolis that several CLSM share
DESCRIPTIONS = (
    "Le CLSM réunit élus, soignants, usagers et proches autour d’une feuille de route commune.",
    "Une assemblée plénière par an, un comité de pilotage par trimestre, trois groupes de travail.",
    "Présidé par une élue, co-animé par la psychiatrie publique, ouvert aux associations.",
    "Un espace de concertation pour mieux se connaître et agir ensemble.",
    "Le conseil local s’est installé après un diagnostic partagé avec les partenaires.",
    "Les groupes de travail se réunissent dans les communes, à tour de rôle.",
)
DETAILS = (
    "La feuille de route couvre quatre années et se décline en fiches suivies chaque semestre.",
    "Un bilan annuel est présenté en conseil municipal.",
    "Les usagers et les proches disposent de deux voix au comité de pilotage.",
    "Le poste de coordination est cofinancé par l’agence régionale de santé.",
    "L’assemblée plénière est ouverte à toute personne qui le souhaite.",
)


@lru_cache
def profiles() -> tuple[Item, ...]:
    """Every CLSM; the order is stable."""
    told = [_told(row) for row in rows("clsms.csv")]
    taken = {item.slug for item in told}
    covered = {code for item in told for code in item.communes}
    drawn = []
    for department in DEPARTMENTS:
        for rank, place in enumerate(largest(department)):
            if place.code not in covered:
                drawn.append(_drawn(place, rank, taken))
                taken.add(drawn[-1].slug)
    return (*told, *drawn)


def _told(row: dict[str, str]) -> Item:
    communes = tuple(row["communes"].split())
    epcis = tuple(row["epcis"].split())
    return _profile(row["id"], row["title"], communes, epcis, tuple(row["themes"].split()))


def _drawn(place: Place, rank: int, taken: set[str]) -> Item:
    slug = slugify(place.name.replace("’", "-"))
    slug = f"{slug}-{place.department.lower()}" if slug in taken else slug
    random = Random(slug)
    epcis = tuple(epci for epci in place.epcis if rank == 3 and len(members(epci)) <= LARGEST_GROUP)[:1]
    themes = random.sample(_themes(), random.randint(1, 3)) if random.random() < SHARE_WITH_THEMES else []
    title = f"CLSM {of(place.name)}" + (" et de son pays" if epcis else "")
    return _profile(slug, title, () if epcis else (place.code,), epcis, tuple(themes))


def _profile(slug: str, title: str, named: tuple[str, ...], epcis: tuple[str, ...], themes: tuple[str, ...]) -> Item:
    random = Random(f"profile-{slug}")
    communes = tuple(dict.fromkeys((*named, *(code for epci in epcis for code in members(epci)))))
    departments = tuple(sorted({places()[code].department for code in communes}))
    return Item(
        key=f"clsm/{slug}",
        kind=Kind.CLSM,
        title=title,
        hook=random.choice(DESCRIPTIONS),
        body=tuple(random.sample(DETAILS, 2)),
        themes=themes,
        communes=communes,
        epcis=epcis,
        departments=departments,
        regions=tuple(sorted({regions()[code] for code in departments})),
        year=random.randint(2008, 2023),
    )


def of(name: str) -> str:
    """« d’Arles », « du Havre », « des Abymes », « de Lille »."""
    for article, contracted in (("Le ", "du "), ("Les ", "des ")):
        if name.startswith(article):
            return contracted + name.removeprefix(article)
    return f"d’{name}" if name[0] in "AÂEÉÈIÎOUY" else f"de {name}"


def _themes() -> list[str]:
    return [row["theme"] for row in rows("theme_terms.csv")]
