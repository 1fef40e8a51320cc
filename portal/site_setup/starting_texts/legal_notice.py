"""« Mentions légales »: the headings that the LCEN asks for."""

from portal.site_setup.starting_texts import TO_COMPLETE, bullets, definitions, heading, paragraph

INTRODUCTION = "Qui publie ce site, qui l’héberge, et ce que vous pouvez faire de ses contenus."
BODY = [
    heading("Éditeur"),
    definitions(
        (
            "Dénomination",
            "Centre national de ressources et d’appui aux conseils locaux de santé mentale, entité du Centre "
            "collaborateur de l’OMS de l’Établissement public de santé mentale (EPSM) Lille-Métropole",
        ),
        ("Siège", TO_COMPLETE),
        ("Téléphone", TO_COMPLETE),
        ("Adresse électronique", TO_COMPLETE),
        ("Direction de la publication", TO_COMPLETE),
    ),
    heading("Hébergement"),
    definitions(
        ("Hébergeur", TO_COMPLETE),
        ("Adresse de l’hébergeur", TO_COMPLETE),
        ("Téléphone de l’hébergeur", TO_COMPLETE),
    ),
    heading("Réutiliser les contenus"),
    paragraph(
        "Sauf mention contraire, les textes du portail peuvent être repris en citant leur source, sous licence "
        "CC BY-SA 4.0 (proposition à valider par le Centre). "
        "Chaque fiche, image et épisode porte sa propre licence : c’est elle qui compte.",
        "Les documents de tiers restent la propriété de leurs auteurs.",
    ),
    heading("Crédits"),
    paragraph(
        bullets(
            "Images : le crédit accompagne chaque image.",
            "Découpage administratif : paquet @etalab/decoupage-administratif, d’après les données de l’Insee, "
            "Licence Ouverte.",
            "Logiciel : code libre, licence MIT.",
        )
    ),
    heading("Exemples fictifs"),
    paragraph(
        "Les contenus marqués « exemple fictif » servent à montrer le portail : ils ne décrivent ni une personne, "
        "ni une action réelles."
    ),
    heading("Signaler une erreur"),
    paragraph(f"Écrivez à l’éditeur : {TO_COMPLETE}. Précisez l’adresse de la page et ce qui est à corriger."),
]
