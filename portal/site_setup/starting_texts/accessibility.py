"""First accessibility statement: no audit yet, hence « non conforme » (RGAA 4.1)."""

from portal.site_setup.starting_texts import TO_COMPLETE, bullets

FIELDS = {
    "multi_year_plan": f"<p>Schéma pluriannuel : {TO_COMPLETE}</p>",
    "action_plan": f"<p>Plan d’actions de l’année : {TO_COMPLETE}</p>",
    "non_conformities": (
        "<p>Aucun audit n’a encore été mené : les non-conformités ne sont pas toutes connues. Des tests "
        "automatiques accompagnent chaque évolution du portail, mais ils ne remplacent pas un audit.</p>"
    ),
    "disproportionate": "<p>Aucune dérogation n’est invoquée.</p>",
    "exempted": "<p>Aucun contenu exempté n’est recensé à ce jour.</p>",
    "tools": "<p>Vérificateur axe-core et validateur HTML du W3C (Nu).</p>",
    "test_environment": f"<p>Aucun test avec un lecteur d’écran n’a encore été mené. {TO_COMPLETE}</p>",
    "checked_pages": bullets(
        "accueil", "recherche", "liste des fiches et une fiche", "annuaire et un profil de CLSM", "un épisode"
    ),
    "contact": (
        "<p>Si vous ne pouvez pas accéder à un contenu ou à un service, écrivez-nous : vous serez orienté vers une "
        f"alternative accessible, ou recevrez le contenu sous une autre forme. Adresse : {TO_COMPLETE}. "
        "Vous recevrez une réponse en une semaine au plus.</p>"
    ),
}
