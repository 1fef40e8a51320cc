"""« Données personnelles ». Retention periods are proposals that the Centre validates."""

from portal.site_setup.starting_texts import TO_COMPLETE, bullets, callout, definitions, heading, paragraph

INTRODUCTION = "Ce que le portail sait de vous, pourquoi, combien de temps, et comment exercer vos droits."
BODY = [
    heading("Si vous visitez le portail"),
    paragraph(
        "Aucun cookie n’est déposé, aucun outil ne suit les visites, aucune requête ne part vers un autre site. Il "
        "n’y a donc pas de bandeau à accepter.",
        "Une page qui contient un formulaire peut poser un cookie technique, qui protège l’envoi et disparaît "
        "à la fermeture du navigateur.",
        "Pour freiner les envois automatiques (messages, erreurs signalées, demandes, essais de connexion), l’adresse "
        "IP ou son empreinte est tenue deux jours au plus, puis oubliée.",
        "La recherche compte les mots cherchés, s’ils ont donné un résultat et le rang de celui qui est ouvert, sans "
        "rien garder sur vous : ni adresse IP, ni appareil, ni heure, ni suite de recherches. Des mots rares, ou qui "
        "ressemblent à une adresse ou à un numéro, ne sont pas gardés en clair. Si votre navigateur demande à ne pas "
        "être suivi, il n’est pas compté.",
        "Les écoutes du podcast sont comptées par épisode, par jour et par famille d’application, ici comme dans votre "
        "application habituelle. Pour ne pas compter deux fois la même, une empreinte de l’adresse IP et de "
        "l’application est tenue en mémoire 24 heures, sous une clé tirée au hasard chaque jour puis oubliée ; rien "
        "de tout cela n’est conservé, et personne ne peut savoir qui a écouté quoi. Si votre navigateur demande à ne "
        "pas être suivi, l’écoute n’est pas comptée.",
        "Le lecteur retient où vous en êtes de chaque épisode, et votre vitesse d’écoute. Cela reste dans votre "
        "navigateur, n’est envoyé à personne, et s’efface en cochant « Ne pas mémoriser où j’en suis » dans ses "
        "réglages.",
    ),
    heading("Si vous avez un compte"),
    paragraph(
        "Les comptes sont créés sur invitation. Deux cookies techniques suivent la connexion (session et protection "
        "des formulaires).",
        "Le portail garde :",
        bullets(
            "votre nom, votre adresse électronique et votre fonction ;",
            "pour les coordinatrices et coordinateurs : les CLSM coordonnés et les dates du poste ;",
            "le journal de vos modifications et des décisions de relecture.",
        ),
        "Sur la page publique d’un CLSM, votre nom, votre adresse et votre téléphone n’apparaissent que si vous l’avez "
        "accepté, chacun séparément ; vous pouvez changer d’avis à tout moment. Rien n’est affiché après la fin "
        "du poste.",
    ),
    heading("Pourquoi, et sur quelle base"),
    definitions(
        (
            "Finalité",
            "Faire connaître les CLSM et leurs actions, et permettre à leurs équipes de tenir leurs pages à jour.",
        ),
        ("Base légale", "Mission d’intérêt public (RGPD, article 6.1.e)."),
        ("Destinataires", "L’équipe du Centre et, pour leur propre CLSM, les coordinatrices et coordinateurs."),
        ("Responsable du traitement", TO_COMPLETE),
        ("Déléguée ou délégué à la protection des données", TO_COMPLETE),
        ("Lieu d’hébergement", TO_COMPLETE),
    ),
    heading("Durées de conservation"),
    paragraph("Durées proposées, à valider par le Centre avant l’ouverture du portail :"),
    definitions(
        ("Compte sans connexion", "24 mois, puis effacé ; vous êtes prévenu·e trente jours avant"),
        ("Adresse laissée avec une erreur signalée", "6 mois"),
        ("Message à un CLSM ou au Centre", "12 mois après le dernier échange"),
        ("Lettre à une personne sans compte", "texte effacé à l’envoi, adresse après 6 mois"),
        ("Décompte des mots recherchés, sans donnée sur les personnes", "13 mois, 3 mois pour les mots rares"),
        ("Décompte des écoutes du podcast, sans donnée sur les personnes", "25 mois"),
        ("Enregistrements et transcriptions d’entretien", "jusqu’à la date de suppression convenue à l’entretien"),
        ("Journaux techniques", "de 6 à 12 mois"),
    ),
    callout(
        "Aucune donnée de santé",
        "Le portail n’en recueille pas. N’indiquez jamais d’information sur la santé d’une personne dans un "
        "formulaire, une fiche ou un message.",
    ),
    heading("Vos droits"),
    paragraph(
        "Vous pouvez demander l’accès à vos données, leur rectification, leur effacement ou la limitation de leur "
        f"usage, et vous opposer à leur traitement. Écrivez à la personne déléguée : {TO_COMPLETE}.",
        'Si la réponse ne vous convient pas, vous pouvez saisir la <a href="https://www.cnil.fr">CNIL</a>.',
    ),
]
