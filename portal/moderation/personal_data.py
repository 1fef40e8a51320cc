"""What notices and reports keep about people."""

from portal.users.privacy.registry import CENTRE, Erasure, Holding, Mention, ProcessingActivity, declare

declare(
    ProcessingActivity(
        key="avis",
        name="Avis et courriels",
        people="Personnes qui ont un compte ; personnes qui relisent ou sont invitées sans compte",
        data="Destinataire ou adresse, objet, texte, date d’envoi, rythme choisi",
        purpose="Dire à chacun ce qui l’attend, sans qu’un courriel perdu bloque une décision",
        kept="Avis : tant que le compte existe ; lettre à une adresse sans compte : texte effacé à l’envoi, adresse "
        "six mois après (« forget_addresses »)",
        readers="La personne destinataire",
        holdings=(
            Holding("portal_moderation.Notice", "recipient", Erasure.DELETE, is_about=True, hidden=("link", "claim")),
            Holding("portal_moderation.Notice", "address", Erasure.DELETE, is_about=True, hidden=("link", "claim")),
            Holding("portal_moderation.NoticePreference", "user", Erasure.DELETE, is_about=True),
        ),
        mentions=(Mention("portal_moderation.Notice", ("subject", "message", "calendar")),),
    ),
    ProcessingActivity(
        key="erreurs",
        name="Erreurs signalées par le public",
        people="Visiteurs qui signalent une erreur",
        data="Message, adresse pour la réponse si elle est donnée, suite",
        purpose="Corriger les fiches et les profils, et répondre",
        kept="Adresse : six mois (« forget_addresses ») ; message : tant que la page existe, sans le nom ni l’adresse "
        "de la personne effacée",
        readers=CENTRE,
        holdings=(
            Holding("portal_moderation.ErrorReport", "email", Erasure.CLEAR, is_about=True, hidden=("note",)),
            Holding("portal_moderation.ErrorReport", "handled_by", Erasure.KEEP),
        ),
        mentions=(Mention("portal_moderation.ErrorReport", ("message", "note")),),
    ),
    ProcessingActivity(
        key="archivage",
        name="Archivage et remplacement de pages",
        people="Équipe du Centre",
        data="Qui a archivé, quand, pour quelle raison",
        purpose="Dire au public ce qui remplace une page, et en garder la trace",
        kept="Tant que la page existe ; sans nom une fois le compte effacé",
        readers=CENTRE,
        holdings=(Holding("portal_moderation.Retirement", "retired_by", Erasure.KEEP),),
        mentions=(Mention("portal_moderation.Retirement", ("reason",)),),
    ),
    ProcessingActivity(
        key="retraits",
        name="Retraits en urgence",
        people="Équipe du Centre ; personnes que le motif évoque, sans les nommer",
        data="Qui a retiré, demandé et confirmé la remise en ligne, quand, pour quelles raisons",
        purpose="Retirer aussitôt un contenu (accord retiré), et décider à deux de le remettre en ligne",
        kept="Tant que le portail existe, pour répondre d’un retrait ; sans nom une fois le compte effacé",
        readers=CENTRE,
        holdings=(
            Holding("portal_moderation.Takedown", "taken_by", Erasure.KEEP),
            Holding("portal_moderation.Takedown", "lift_asked_by", Erasure.KEEP),
            Holding("portal_moderation.Takedown", "lifted_by", Erasure.KEEP),
        ),
        mentions=(Mention("portal_moderation.Takedown", ("reason", "public_note", "lift_reason")),),
    ),
)
