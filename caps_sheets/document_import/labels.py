"""The labels of an identity card, as people write them, and the field of the sheet that each names."""

from portal.base.tables.lines import heading_key

LABELS = {
    "title": "titre; titre de l’action; intitulé; intitulé de l’action; nom de l’action; nom du projet; action",
    "hook": "accroche; phrase d’accroche",
    "clsm": "clsm; nom du clsm; clsm porteur; conseil local de santé mentale; clsm concerné; clsm porteurs",
    "carrier": (
        "porteur; structure porteuse; porteur de l’action; structure; organisme porteur; structure "
        "porteuse de l’action; porteur du projet"
    ),
    "scale": "échelle; échelle du territoire; échelle territoriale; échelle d’intervention",
    "communes": (
        "territoire; commune; communes; lieu; lieux; territoire de l’action; communes de l’action; ville; "
        "villes; territoire concerné; lieu de l’action"
    ),
    "in_qpv": "qpv; en qpv; quartier prioritaire; en quartier prioritaire; quartier prioritaire qpv",
    "qpv_names": "quartiers prioritaires concernés; quartiers; nom des qpv; quartier; noms des quartiers",
    "period": "période; dates; durée; calendrier; date; période de l’action; dates de l’action; années; année",
    "start_date": "début; date de début; début de l’action; date de démarrage; démarrage; lancement",
    "end_date": "fin; date de fin; fin de l’action",
    "recurrence": "rythme; récurrence; fréquence; périodicité",
    "main_theme": "thème principal; thématique principale; thème; thématique",
    "themes": "thèmes; thématiques; sujets; thèmes abordés",
    "objectives": "objectifs; objectif; objectif principal; objectifs du clsm",
    "audiences": (
        "publics; public; public cible; publics visés; bénéficiaires; population; publics cibles; public visé"
    ),
    "settings": "milieux; milieu; milieu de vie; milieux d’intervention; milieu d’intervention; milieux de vie",
    "strategies": "stratégies; stratégie; axes de la charte d’ottawa",
    "action_types": "type d’action; types d’action; type; nature de l’action",
    "determinants": "déterminants; déterminants de santé; déterminants de la santé",
    "key_functions": "fonctions clés; fonction clé",
    "prevention_level": "niveau de prévention; niveau; niveau de prévention ou de promotion; type de prévention",
    "programmes": "programmes; programme; dispositif; dispositifs; programmes et dispositifs; cadre",
    "partners": "partenaires; partenaire; partenariats; partenaires de l’action",
    "funders": "financeurs; financeur; financement; financements; sources de financement",
    "budget": "budget; coût; tranche de budget; coût total; budget total; montant",
    "staff": "moyens humains; ressources humaines; équipe; etp",
    "reach": (
        "nombre de personnes touchées; personnes touchées; nombre de bénéficiaires; nombre de "
        "participants; effectif; public touché"
    ),
    "reach_method": "mode de calcul",
    "keywords": "mots clés; mots-clés; mots clés libres; tags",
    "facilitator": (
        "accompagnateur; accompagnatrice; accompagnateur·rice; accompagnement; accompagnateur·rice de la "
        "capitalisation; capitalisation menée par; rédaction; rédacteur; rédactrice"
    ),
    "interview_dates": (
        "date d’entretien; dates d’entretien; date s d’entretien; date des entretiens; entretiens; "
        "entretien; date de l’entretien"
    ),
    "interviewed_roles": (
        "fonctions des personnes interrogées; personnes interrogées; personnes rencontrées; fonction des "
        "personnes interrogées; interviewés"
    ),
    "other_sources": "autres sources; sources; sources documentaires; documents consultés",
    "licence": "licence; licence de la fiche",
    "version": "version; numéro de version",
}


def _key(text: str) -> str:
    return heading_key(text.replace("’", " ").replace("'", " ").replace("·", " "))


KNOWN = {_key(label): name for name, labels in LABELS.items() for label in labels.split(";")}


def label_of(text: str) -> str:
    """The field that a label names, empty if it is not known."""
    return KNOWN.get(_key(text), "") if len(text) <= 120 else ""
