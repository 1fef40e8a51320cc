"""What a CLSM profile needs to be public.

Source: the schema of a profile and its first rule. « Actif » requires more, because the référentiel defines a CLSM by
its elected president, its co-animation by public psychiatry and its bodies. The absence of users or of carers gives a
warning, not an error: many territories have none.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import Count, Sum

from network.models.covered_area import covered_area

if TYPE_CHECKING:
    from network.models.clsm import ClsmPage

OPERATIONAL = "operationnel"
REQUIRED_BODIES = {"comite-de-pilotage", "assemblee-pleniere"}
REQUIRED_FIELDS = {
    "status": "Indiquez le statut du CLSM.",
    "status_date": "Indiquez depuis quand le CLSM a ce statut.",
    "short_description": "Présentez le CLSM en une ou deux phrases (300 caractères au plus).",
    "scale": "Indiquez l’échelle du territoire.",
    "presidency_role": "Indiquez la fonction de la personne élue qui préside le CLSM.",
    "presidency_authority": "Indiquez la collectivité de la personne élue qui préside le CLSM.",
    "user_representation": "Dites si les usagers sont représentés : oui, non ou en construction.",
    "carer_representation": "Dites si les aidants sont représentés : oui, non ou en construction.",
    "carrier": "Choisissez la structure porteuse.",
}
Messages = dict[str, list[str]]


def publication_errors(page: ClsmPage) -> Messages:
    """French messages by field, or by relation for the repeated parts; empty when the profile may be public."""
    errors: Messages = defaultdict(list)
    for name, message in REQUIRED_FIELDS.items():
        if not getattr(page, name):
            errors[name].append(message)
    if not page.themes.all():
        errors["themes"].append("Choisissez au moins un thème prioritaire.")
    if not page.cofacilitation_items.all():
        errors["cofacilitation_items"].append("Ajoutez l’établissement de psychiatrie publique qui co-anime.")
    _check_territory(page, errors)
    _check_coordination(page, errors)
    if page.is_operational:
        _check_operational(page, errors)
    return dict(errors)


def publication_warnings(page: ClsmPage) -> Messages:
    """Warnings that do not block publication."""
    warnings: Messages = {}
    if page.user_representation == "non":
        warnings["user_representation"] = ["Les usagers ne sont pas représentés dans ce CLSM « actif »."]
    if page.carer_representation == "non":
        warnings["carer_representation"] = ["Les aidants ne sont pas représentés dans ce CLSM « actif »."]
    return warnings if page.is_operational else {}


def _check_territory(page: ClsmPage, errors: Messages) -> None:
    communes = covered_area(page).aggregate(number=Count("pk"), population=Sum("population"))
    if not communes["number"]:
        errors["commune_items"].append("Ajoutez au moins une commune couverte aujourd’hui, ou un EPCI.")
    elif page.declared_population is None and communes["population"] is None:
        errors["declared_population"].append("Indiquez la population couverte : celle des communes n’est pas connue.")
    if page.declared_population is not None and page.population_year is None:
        errors["population_year"].append("Indiquez l’année de la population déclarée.")


def _check_coordination(page: ClsmPage, errors: Messages) -> None:
    if not page.is_vacant and not page.has_coordination:
        errors["is_vacant"].append(
            "Aucune coordination n’est en poste : cochez « poste vacant » ou demandez au Centre l’affectation "
            "d’une coordonnatrice ou d’un coordonnateur."
        )


def _check_operational(page: ClsmPage, errors: Messages) -> None:
    if page.created_on is None:
        errors["created_on"].append("Un CLSM actif indique sa date de création.")
    if not any(item.kind.slug in REQUIRED_BODIES for item in page.body_items.all() if item.kind_id):
        errors["body_items"].append("Un CLSM actif a au moins un comité de pilotage ou une assemblée plénière.")
