"""« La démarche CAPS »."""

from portal.site_setup.starting_texts import bullets, definitions, heading, paragraph, questions, steps

INTRODUCTION = (
    "La capitalisation des actions en promotion de la santé (CAPS) transforme l’expérience de celles et ceux qui "
    "ont mené une action en connaissances que d’autres peuvent utiliser."
)
BODY = [
    heading("Répondre à la question « comment faire ? »"),
    paragraph(
        "Une fiche CAPS part du récit des personnes qui ont porté l’action. Elle dit ce qui a été fait, par quelles "
        "étapes, avec quelles compétences et quels outils, ce qui a été difficile et ce qui a été appris.",
        "Ce n’est pas une évaluation : une fiche peut décrire une action qui n’a été ni évaluée, ni publiée.",
        "La méthode vient du groupe de travail CAPS, piloté depuis 2016 par la Fédération nationale d’éducation et "
        "de promotion de la santé (FNES) et la Société française de santé publique (SFSP), avec l’appui de la "
        "Direction générale de la santé et de Santé publique France. Le Centre national de ressources et d’appui "
        "aux CLSM l’applique aux actions des CLSM.",
    ),
    heading("Comment naît une fiche"),
    paragraph(
        steps(
            "<b>Cadrage</b> : choisir l’action et préciser ce que l’on veut en apprendre.",
            "<b>Recueil</b> : un ou plusieurs entretiens avec les personnes qui ont mené l’action.",
            "<b>Analyse</b> : repérer les étapes, les moments clés, les compétences et les outils.",
            "<b>Rédaction et validation</b> : écrire la fiche, la faire relire, la corriger.",
            "<b>Diffusion</b> : publier la fiche, et la raconter dans un épisode de podcast.",
        ),
        "L’entretien et la rédaction sont confiés à une personne <b>extérieure à l’action</b> : la parole est plus "
        "libre.",
    ),
    heading("Trois parties, toujours dans le même ordre"),
    definitions(
        ("Résumé", "L’essentiel en quelques lignes et les points à retenir."),
        (
            "Carte d’identité",
            "Où, quand, pour qui, avec qui, par quels moyens : ces informations servent aussi à la recherche.",
        ),
        (
            "Texte",
            "Le récit de l’action, ses étapes, les mots des acteurs, les difficultés, les leviers et les "
            "enseignements.",
        ),
    ),
    heading("Ce que l’on cherche à comprendre"),
    paragraph(
        bullets(
            "les moments clés, et comment les acteurs les ont traversés ;",
            "les fonctions clés : participation, aller-vers, prévention par les pairs… ;",
            "les compétences mobilisées ;",
            "les partenariats ;",
            "la façon dont les personnes concernées ont été associées.",
        )
    ),
    heading("Questions fréquentes"),
    questions(
        (
            "Quelles actions peuvent être capitalisées ?",
            "Des actions de CLSM menées à leur terme ou assez avancées pour que l’on puisse en tirer des "
            "enseignements, réussites comme difficultés.",
        ),
        (
            "Qui relit une fiche avant sa publication ?",
            "Deux personnes de l’équipe nationale, à l’aide d’une grille de relecture. Personne ne valide ce qu’il a "
            "écrit.",
        ),
        (
            "Les personnes interrogées sont-elles nommées ?",
            "Non. Leurs paroles sont signées par leur fonction, et publiées avec leur accord.",
        ),
    ),
    paragraph("Sources : portail de la capitalisation en promotion de la santé (capitalisationsante.fr)."),
]
