"""What follows the publication of a sheet: an erratum, two adaptations (one is pending), an error report."""

from caps_sheets.lifecycle.services import add_erratum, decide, propose
from caps_sheets.models import CapsSheetPage, Reuse, ReuseState
from network.models import ClsmPage
from portal.demo.accounts import account
from portal.moderation.error_reports import receive
from portal.moderation.models import ErrorReport

SHEET = "jardin-partage"
OTHER_SHEET = "cine-debat-adolescents"
ERRATUM = "Lire « 170 personnes » et non « 160 » : le décompte de la troisième saison était incomplet."
TOLD = "Dans « Pour aller plus loin », le lien vers le guide ne répond plus."
#: (sheet, CLSM, year, kept, adapted, whether the Centre published it)
REUSES = (
    (
        SHEET,
        "mayenne",
        2025,
        "Des ateliers ouverts à tout le monde, sans inscription ni explication à donner.",
        "Le jardin est celui d’une résidence ; deux matins par semaine suffisent.",
        True,
    ),
    (
        OTHER_SHEET,
        "saint-flour",
        2026,
        "Le débat préparé avec les jeunes, et la présence d’un soignant.",
        "Un court-métrage au collège plutôt qu’une séance de cinéma.",
        False,
    ),
)


def seed_life() -> int:
    """The number of added items: none if the demonstration already has them."""
    if Reuse.objects.filter(is_demo=True).exists():
        return 0
    centre, coordinator = account("moderation"), account("coordination2")
    for slug, clsm_slug, year, kept, adapted, is_published in REUSES:
        sheet, clsm = CapsSheetPage.objects.get(slug=slug), ClsmPage.objects.get(slug=clsm_slug)
        reuse = propose(sheet, clsm, year=year, kept=kept, adapted=adapted, by=coordinator)
        Reuse.objects.filter(pk=reuse.pk).update(is_demo=True)
        if is_published:
            decide(reuse, ReuseState.PUBLISHED, by=centre)
    sheet = CapsSheetPage.objects.get(slug=SHEET)
    add_erratum(sheet, text=ERRATUM, section="resultats", by=centre)
    if not ErrorReport.objects.filter(page=sheet).exists():
        receive(sheet, TOLD)
    return len(REUSES) + 2
