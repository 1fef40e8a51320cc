"""« Comprendre les CLSM ». No count of CLSMs here: the directory computes it."""

from portal.site_setup.starting_texts import bullets, callout, definitions, heading, paragraph, steps

INTRODUCTION = (
    "Un conseil local de santé mentale (CLSM) réunit, sur un territoire, toutes celles et tous ceux qui veulent "
    "agir ensemble pour la santé mentale des habitantes et des habitants."
)
BODY = [
    heading("Qu’est-ce qu’un CLSM ?"),
    paragraph(
        "C’est un espace local de concertation et de coordination en santé mentale. Il est <b>présidé par une "
        "élue ou un élu local</b>, <b>co-animé par la psychiatrie publique</b>, et il associe les <b>personnes "
        "concernées</b> et les <b>aidants</b>, avec les acteurs du social, du médico-social, du soin et du monde "
        "associatif.",
        "Ensemble, ils définissent des politiques et des actions locales, souvent de prévention ou de promotion, "
        "pour améliorer la santé mentale de la population.",
    ),
    heading("Cinq objectifs communs"),
    paragraph(
        steps(
            "Lutter contre la stigmatisation.",
            "Prévenir les troubles psychiques.",
            "Favoriser l’inclusion sociale et le respect des droits des personnes concernées par des troubles "
            "psychiques.",
            "Améliorer les parcours de soins.",
            "Agir sur les déterminants de santé mentale.",
        ),
        'Une même action peut répondre à plusieurs objectifs. Les <a href="/themes/">thèmes du portail</a> sont '
        "rangés sous ces cinq objectifs.",
    ),
    heading("Comment il s’organise"),
    paragraph(
        "Les instances réunissent au moins : des élus, les chefs de pôle ou de service de psychiatrie, des "
        "personnes concernées, des aidants, et la personne qui coordonne le CLSM."
    ),
    definitions(
        (
            "Assemblée plénière",
            "Se réunit au moins une fois par an, présidée par le maire ou le président de l’intercommunalité.",
        ),
        (
            "Comité de pilotage (COPIL)",
            "Instance stratégique, présidée par l’élu et co-animée avec la psychiatrie publique.",
        ),
        ("Groupes de travail", "Instances opérationnelles : elles préparent et mènent les actions."),
        ("Instance citoyenne", "Donne aux habitants et aux personnes concernées une place qui leur est propre."),
        ("Règlement intérieur", "Dit qui siège, qui décide et comment l’on travaille ensemble."),
    ),
    paragraph(
        "Les appellations changent d’un territoire à l’autre : chaque profil de l’annuaire donne celles du CLSM."
    ),
    callout(
        "Les situations individuelles restent confidentielles",
        "Certains CLSM animent une commission « situations complexes » (ou RESAD). Le portail dit seulement si "
        "elle existe : aucune situation n’y est jamais décrite.",
    ),
    heading("Le cadre"),
    definitions(
        (
            "Loi n° 2016-41 du 26 janvier 2016, article 69",
            "Le CLSM est consulté sur le diagnostic territorial partagé et sur le projet territorial de santé "
            "mentale (PTSM), avant leur validation par l’agence régionale de santé (ARS).",
        ),
        (
            "Instruction DGS/SP4/CGET/2016/289 du 30 septembre 2016",
            "Consolide et généralise les CLSM, notamment dans les territoires de la politique de la ville.",
        ),
        (
            "Instruction DGS/SP4/2025/8 du 13 mai 2025",
            "Complète la précédente par un référentiel national des CLSM : des critères communs, l’articulation "
            "entre contrat local de santé (CLS), CLSM et PTSM. Elle demande aux ARS de généraliser les CLSM.",
        ),
    ),
    heading("Aller plus loin"),
    paragraph(
        bullets(
            'Trouver un CLSM : <a href="/clsm/">l’annuaire</a>.',
            'Voir ce que font les CLSM : <a href="/fiches/">les fiches CAPS</a>.',
            "Créer ou consolider un CLSM : le Centre national de ressources et d’appui accompagne les territoires, "
            "sur place et à distance, et publie un guide national.",
        ),
        "Sources : Centre national de ressources et d’appui aux CLSM (ressources-clsm.org) ; textes cités.",
    ),
]
