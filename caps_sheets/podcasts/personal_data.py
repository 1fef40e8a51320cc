"""The personal data of the production of podcasts. The episodes themselves name functions only."""

from portal.users.privacy.registry import CENTRE, Erasure, Holding, ProcessingActivity, declare

declare(
    ProcessingActivity(
        key="voix",
        name="Autorisations de voix des épisodes",
        people="Personnes que l’on entend, désignées par leur fonction ; équipe du Centre",
        data="Autorisation signée (fichier), dates de signature, de fin et de retrait, motif du retrait ; qui l’a "
        "enregistrée",
        purpose="Ne diffuser une voix qu’avec l’accord de la personne, et pouvoir répondre de ce qui a été diffusé",
        kept="Tant que l’épisode existe, retrait compris ; fichier et dates sont supprimés avec lui",
        readers=f"{CENTRE}, Édition ; chaque lecture d’une autorisation signée est notée ; jamais le public",
        basis="accord signé de la personne (RGPD, article 6.1.a)",
        where="base de données et dossier privé du serveur, hors du site",
        holdings=(Holding("caps_podcasts.VoiceAuthorisation", "recorded_by", Erasure.KEEP),),
    ),
    ProcessingActivity(
        key="conducteurs",
        name="Préparation des épisodes",
        people="Équipe du Centre",
        data="Qui a modifié un conducteur, qui a coché une étape, quand",
        purpose="Préparer un épisode à plusieurs",
        kept="Tant que l’épisode existe ; sans nom une fois le compte effacé",
        readers=f"{CENTRE}, Édition",
        holdings=(
            Holding("caps_podcasts.EpisodeScript", "updated_by", Erasure.KEEP),
            Holding("caps_podcasts.ChecklistTick", "by", Erasure.KEEP),
        ),
    ),
    ProcessingActivity(
        key="contact-podcast",
        name="Adresse de contact d’une émission",
        people="Aucune personne : adresse d’un service",
        data="Adresse que les annuaires de podcasts demandent pour reconnaître qui publie",
        purpose="Prouver aux annuaires que le flux est celui du Centre",
        kept="Tant que l’émission existe",
        readers="Tout le monde : elle est dans le flux",
        holdings=(Holding("caps_podcasts.ShowPage", "owner_email", Erasure.KEEP),),
    ),
)

declare(
    ProcessingActivity(
        key="ecoutes",
        name="Écoutes du podcast",
        people="Toute personne qui écoute un épisode ; aucune n’est connue",
        data="Nombre d’écoutes par épisode, jour et famille d’application. Ni adresse IP, ni appareil, ni page d’où "
        "l’on vient, ni heure. Une empreinte de l’adresse et de l’application, sous une clé du jour, évite de compter "
        "deux fois",
        purpose="Savoir quels épisodes sont écoutés",
        kept="Nombres : 25 mois. Empreintes : 24 heures, et leur clé 48 heures, dans le cache seulement",
        readers=f"{CENTRE}, Édition",
        where="base de données (nombres) et cache (empreintes)",
    ),
)
