"""What the network of CLSMs keeps about people."""

from portal.users.privacy.registry import CENTRE, Erasure, Holding, Mention, ProcessingActivity, declare

CONTACT = ("phone", "shows_name", "shows_email", "shows_phone")
INVITED = ("first_name", "last_name", "job_title")

declare(
    ProcessingActivity(
        key="coordination",
        name="Coordination des CLSM",
        people="Coordinatrices et coordinateurs, en poste ou passés",
        data="CLSM, dates du poste, fonction, téléphone professionnel, ce que la personne accepte de montrer, "
        "depuis quand",
        purpose="Joindre le CLSM, et ne laisser son profil qu’à qui est en poste",
        kept="Droits retirés à la fin du poste ou après un an sans connexion (« expire_coordinators ») ; dates du "
        "poste gardées comme histoire du CLSM, sans nom une fois le compte effacé",
        readers="Administration ; le public pour le nom, l’adresse et le téléphone que la personne accepte de montrer",
        holdings=(
            Holding("network.CoordinatorAssignment", "user", Erasure.CLEAR, clears=CONTACT, is_about=True),
            Holding("network.ContactConsent", "decided_by", Erasure.KEEP, is_about=True),
            Holding("network.RegionalModerator", "user", Erasure.DELETE, is_about=True),
        ),
        mentions=(Mention("network.ContactConsent", ("note",)),),
    ),
    ProcessingActivity(
        key="invitations",
        name="Invitations et demandes de prise en main d’un profil",
        people="Personnes invitées, personnes qui demandent un profil",
        data="Nom, prénom, adresse, fonction, dates, message ; empreinte de l’expéditeur pendant un jour",
        purpose="Vérifier qui prend en main le profil d’un CLSM",
        kept="Liens : jusqu’à leur date ; le reste tant que le profil existe, ou jusqu’à la demande d’effacement",
        readers=CENTRE,
        holdings=(
            Holding("network.Invitation", "email", Erasure.DELETE, clears=INVITED, is_about=True),
            Holding("network.Invitation", "account_email", Erasure.DELETE, clears=INVITED, is_about=True),
            Holding("network.Invitation", "invited_by", Erasure.KEEP),
            Holding("network.Invitation", "used_by", Erasure.KEEP),
            Holding("network.ClaimRequest", "email", Erasure.DELETE, clears=INVITED, is_about=True),
            Holding("network.ClaimRequest", "decided_by", Erasure.KEEP),
        ),
        mentions=(Mention("network.ClaimRequest", ("message", "reason")),),
    ),
    ProcessingActivity(
        key="profils",
        name="Dossiers internes et vie des profils",
        people="Équipe du Centre ; adresse générique d’un service",
        data="Qui a confirmé un profil ou préparé une scission ; adresse générique du CLSM, ou ce qui en est tapé",
        purpose="Tenir l’annuaire à jour et transmettre les messages",
        kept="Tant que le profil existe ; sans nom une fois le compte effacé",
        readers=CENTRE,
        holdings=(
            Holding("network.ClsmRecord", "verified_by", Erasure.KEEP),
            Holding("network.ClsmSplit", "started_by", Erasure.KEEP),
            Holding("network.ClsmPage", "generic_email", Erasure.KEEP),
        ),
        mentions=(
            Mention("network.ClsmRecord", ("funding_notes", "notes")),
            Mention("network.TypedProfile", ("typed",)),
            Mention("network.ClsmSplit", ("reason",)),
        ),
    ),
)
