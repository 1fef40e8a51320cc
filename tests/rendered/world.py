"""A portal that has one of everything, each in the states that its screens tell apart."""

from datetime import date, timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from caps_sheets.capitalisation.models import CensusCorrection, CensusDocument
from caps_sheets.models import CapsSheetPage, Erratum, Reuse, ReuseState, SheetConfirmation
from network.coordination.assignments import assign
from network.coordination.invitations import Successor, declare
from network.models import ClsmPage, CoordinatorAssignment
from portal.base.models import StandardPage
from portal.moderation.models import Notice
from portal.users.models import User
from tests.factories.documents import make_document
from tests.factories.medialib import make_image
from tests.factories.network import make_clsm, make_coordinator, make_theme
from tests.factories.podcasts import make_authorisation
from tests.factories.sheets import make_sheet
from tests.factories.site import make_news, make_standard_page
from tests.podcasts.feed_world import make_full_episode, make_full_show
from tests.security.departure_world import CENTRE, ELSEWHERE, IN_POST
from tests.security.matrix_world import MatrixWorld

LEAVING = "leaving"
#: What a draft made from a document does not hold.
BESIDE = {
    "headings": [["Le mot de l’élue", "À placer plus tard, à la main"]],
    "identity": [
        {"label": "Budget", "value": "12 000 €", "shown": "de 5 000 à 20 000 €", "problem": "", "remarks": ["deviné"]},
        {"label": "Porteur", "value": "CODES", "shown": "", "problem": "inconnu", "remarks": []},
    ],
    "asides": [{"kind": "commentaire", "text": "À vérifier", "place": "Une phrase"}],
    "pictures": [{"rank": 1, "name": "plan.emf", "alt": "Un plan", "reason": "illisible"}],
}


def build() -> MatrixWorld:
    """The private addresses of the rooms, and what the public sees."""
    world = MatrixWorld()
    image = make_image()
    show = make_full_show()
    themes = [make_theme(), make_theme("sommeil")]
    sheet = make_sheet(clsms=[world.clsm], image=image, image_is_decorative=True, themes=themes)
    episode = make_full_episode(show=show, sheets=[sheet], clsms=[world.clsm], themes=themes)
    make_authorisation(episode)
    make_news(image=image)
    make_standard_page(StandardPage.objects.first() or sheet.get_parent())
    make_coordinator(world.clsm)
    reuse(sheet, world.clsm, world.people[IN_POST])
    reuse(world.public_sheet, make_clsm(), world.people[ELSEWHERE])
    for name in ("bilan.pdf", "affiche.pdf"):
        file = {"file": ContentFile(b"%PDF-1.4", name=name), "name": name, "mime_type": "application/pdf", "size": 2048}
        CensusDocument.objects.create(answer=world.draft, added_by=world.people[IN_POST], **file)
    for person in (world.people[CENTRE], world.people[IN_POST]):
        read = Notice.objects.create(recipient=person, subject="Avis lu", message="Avis", page=sheet)
        Notice.objects.filter(pk=read.pk).update(read_at=timezone.now())
        Notice.objects.create(recipient=person, subject="Avis", message="Avis", page=sheet)
    make_document(world.people[CENTRE], sheet=world.sheet, beside=BESIDE)
    changes = [{"field": "title", "label": "Intitulé de l’action", "before": "Action", "after": "Action voisine"}]
    for answer in (world.action, world.public_action):
        correction = {"changes": changes, "message": "Vu au téléphone.", "by": world.people[CENTRE]}
        CensusCorrection.objects.create(answer=answer, **correction)
    world.people[LEAVING] = leaving()
    return world


def reuse(sheet: CapsSheetPage, clsm: ClsmPage, by: User) -> None:
    """Adapted in each state, corrected twice, confirmed."""
    for state in ReuseState:
        Reuse.objects.create(
            sheet=sheet,
            clsm=clsm,
            year=2025,
            kept="Le lieu",
            adapted="Le jour",
            state=state,
            proposed_by=by,
            reason="Non",
        )
    for section in ("contexte", ""):
        Erratum.objects.create(sheet=sheet, section=section, text="Lire « 2025 ».", added_by=by)
    SheetConfirmation.objects.create(sheet=sheet, confirmed_on=date(2026, 3, 1), confirmed_by=by)


def leaving() -> User:
    """In post in two CLSMs, and about to hand one of them over."""
    clsm, other = make_clsm(), make_clsm()
    person = make_coordinator(clsm)
    assign(other, person, start=date(2022, 1, 1))
    post = CoordinatorAssignment.objects.get(clsm=clsm, user=person)
    last_day = timezone.localdate() + timedelta(days=30)
    declare(post, last_day=last_day, successor=Successor("suite@val.example", last_day, "Coordination"), by=person)
    return person
