"""Three fictitious messages: one waits in « Mon CLSM », one is answered, one waits for the Centre."""

from network.messages.models import Desk, Message, MessageSubject
from network.messages.services import Written, answer, write_to_centre, write_to_clsm
from network.models import ClsmPage
from portal.demo import real_clsm
from portal.demo.accounts import account

FICTITIOUS = "Exemple fictif."
WAITING = Written(
    name="Personne fictive",
    email="association@exemple.example",
    organisation="Association fictive",
    text=f"{FICTITIOUS} Bonjour, notre association accompagne des familles. Comment prendre part à vos groupes ?",
)
ANSWERED = Written(
    name="Visiteuse fictive",
    email="visiteuse@exemple.example",
    text=f"{FICTITIOUS} Bonjour, j’habite la commune. Vos réunions sont-elles ouvertes aux habitants ?",
)
ANSWER = f"{FICTITIOUS} Oui, les assemblées plénières sont ouvertes à tout le monde : la date est sur notre site."
TO_CENTRE = Written(
    name="Élue fictive",
    email="elue@exemple.example",
    organisation="Commune fictive",
    subject=MessageSubject.CLSM,
    text=f"{FICTITIOUS} Bonjour, notre commune voudrait créer un CLSM. Par où commencer ?",
)


def seed_messages() -> int:
    """The number of added messages: none if the demonstration already has them."""
    if Message.objects.filter(is_demo=True).exists():
        return 0
    waiting = write_to_clsm(ClsmPage.objects.get(slug=real_clsm.SLUG), WAITING)
    answered = write_to_clsm(ClsmPage.objects.get(slug="mayenne"), ANSWERED)
    answer(answered, ANSWER, by=account("coordination2"), desk=Desk.CLSM, seen=0)
    added = [waiting, answered, write_to_centre(TO_CENTRE)]
    return Message.objects.filter(pk__in=[message.pk for message in added]).update(is_demo=True)
