"""What people are told about the voices."""

from portal.moderation import notices

AUDIENCE = "l’équipe qui tient les autorisations de voix"


def register() -> None:
    notices.register("voice_withdrawn", "Une voix entendue en ligne retire son autorisation", AUDIENCE)
    notices.register("voice_ends", "L’autorisation d’une voix en ligne prend fin", AUDIENCE)
