"""The current grid, and its official content the first time. Source: domain dossier §2.1 and §3.2.

Category 1 is the official text of capitalisationsante.fr; the other three are the Centre's to adapt, version by
version.
"""

from django.db import transaction

from caps_sheets.review.models.grid import Category, ReviewCriterion, ReviewGrid

#: category -> (key, criterion, what is looked at)
OFFICIAL: dict[Category, tuple[tuple[str, str, str], ...]] = {
    Category.METHOD: (
        ("trois-parties", "Les trois parties sont présentes", "Résumé, carte d’identité, texte."),
        ("metadonnees", "Les métadonnées sont complètes", "Elles servent à la recherche sur le portail."),
        (
            "etapes-competences-outils",
            "Les étapes, les éléments saillants, les compétences et les outils sont décrits",
            "Un lecteur comprend comment faire.",
        ),
        ("qualite-redactionnelle", "La rédaction est de qualité", "Claire, précise, sans jargon ni répétition."),
        ("parole-des-acteurs", "La parole des acteurs est restituée", "Des verbatims, signés par une fonction."),
        ("enseignements", "L’action est mise en perspective", "Des enseignements utiles à d’autres territoires."),
    ),
    Category.ELIGIBILITY: (
        ("portee-par-un-clsm", "L’action est portée ou co-portée par un CLSM", ""),
        ("recul", "L’action est terminée, ou menée depuis au moins un an", ""),
        ("sante-mentale", "L’action relève de la promotion de la santé mentale ou de la prévention", ""),
        ("porteur-volontaire", "Le porteur est volontaire", ""),
        ("accompagnement-externe", "L’accompagnateur ou l’accompagnatrice est extérieur·e à l’action", ""),
    ),
    Category.VALUES: (
        ("equite", "L’action tient compte des inégalités sociales de santé", ""),
        (
            "non-stigmatisation",
            "Ni l’action ni la fiche ne stigmatisent",
            "Personne n’est réduit à un diagnostic.",
        ),
        (
            "participation-des-personnes",
            "Les personnes concernées ont eu leur place",
            "Dans l’action et dans son récit.",
        ),
        ("consentement", "Le consentement des personnes est respecté", "Entretiens, citations, images."),
        (
            "independance",
            "L’action est indépendante d’intérêts commerciaux",
            "Ni produit ni groupe de pression.",
        ),
        ("non-culpabilisation", "Le discours ne culpabilise pas", ""),
    ),
    Category.PRINCIPLES: (
        ("approche-globale", "Approche globale, attentive aux déterminants", ""),
        ("intersectorialite", "Intersectorialité", "Plusieurs secteurs agissent ensemble."),
        ("participation", "Participation", "De l’information à la co-décision."),
        ("pouvoir-d-agir", "Pouvoir d’agir", "L’action renforce les capacités des personnes."),
        ("universalisme-proportionne", "Proximité et universalisme proportionné", ""),
        ("durabilite", "Durabilité", ""),
        ("evaluation", "Évaluation", "« Non évaluée » est une réponse acceptée."),
    ),
}


@transaction.atomic
def setup_grid() -> list[str]:
    """Create the first version when there is none. Safe to run again."""
    if ReviewGrid.objects.exists():
        return []
    grid = ReviewGrid(version=1, is_current=True, note="Première version.")
    rows = ((category, *row) for category, criteria in OFFICIAL.items() for row in criteria)
    grid.criteria = [
        ReviewCriterion(category=category, key=key, label=label, help_text=help_text, sort_order=rank)
        for rank, (category, key, label, help_text) in enumerate(rows)
    ]
    grid.save()
    return ["Grille de relecture, version 1, créée."]


def current_grid() -> ReviewGrid | None:
    """The version in use; None before ``setup_portal`` ran."""
    return ReviewGrid.objects.filter(is_current=True).first()


def next_version() -> ReviewGrid:
    """An unsaved version that starts from the one in use."""
    last = ReviewGrid.objects.first()
    start = current_grid() or last
    grid = ReviewGrid(version=last.version + 1 if last else 1)
    grid.criteria = [
        ReviewCriterion(
            category=one.category, key=one.key, label=one.label, help_text=one.help_text, sort_order=one.sort_order
        )
        for one in (start.criteria.all() if start else [])
    ]
    return grid


@transaction.atomic
def put_in_use(grid: ReviewGrid) -> None:
    ReviewGrid.objects.filter(is_current=True).exclude(pk=grid.pk).update(is_current=False)
    ReviewGrid.objects.filter(pk=grid.pk).update(is_current=True)
    grid.is_current = True
