"""What people are told about the coordination of a CLSM; the texts are in ``templates/email/notices/``."""

from portal.moderation.notices import register

COORDINATOR = "La personne concernée"
MODERATORS = "La modération de la région"


def register_events() -> None:
    for event, label, audience in (
        ("coordination_invitation", "Invitation à coordonner un CLSM", "L’adresse invitée"),
        ("invitation_accepted", "Invitation acceptée", "La modération de la région et la personne qui a invité"),
        ("claim_received", "Demande de rattachement reçue", MODERATORS),
        ("claim_refused", "Demande de rattachement refusée", "La personne qui a fait la demande"),
        ("handover_declared", "Départ annoncé par la coordination", MODERATORS),
        ("handover_cancelled", "Départ annulé", MODERATORS),
        ("inactivity_warning", "Accès bientôt fermé faute de connexion", COORDINATOR),
        ("inactivity_ended", "Accès fermé faute de connexion", COORDINATOR),
        ("post_ended", "Fin de poste notée par le Centre", COORDINATOR),
        ("coordinator_lost", "Coordination inactive depuis un an", MODERATORS),
    ):
        register(event, label, audience)
