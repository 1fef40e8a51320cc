"""An episode in preparation: its sheet, its running order, its voices, the steps that remain."""

from datetime import timedelta
from io import BytesIO

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont

from caps_sheets.models import CapsSheetPage
from caps_sheets.podcasts.models import EpisodePage, ShowPage, VoiceAuthorisation
from caps_sheets.podcasts.production.services import COORDINATION, HOST, drafts_of, prepare, set_tick
from caps_sheets.podcasts.production.voices import CURRENT, record, withdraw
from portal.demo.accounts import account


def seed_making(show: ShowPage, slug: str) -> int:
    """Does nothing if the sheet is missing or already has its draft."""
    sheet = CapsSheetPage.objects.filter(slug=slug, live=True).first()
    if sheet is None or drafts_of(sheet):
        return 0
    editor = account("edition")
    episode = prepare(sheet, show, by=editor)
    set_tick(episode, "conducteur", True, by=editor)
    _agreement(episode, HOST)
    withdrawn = _agreement(episode, COORDINATION)
    withdraw(withdrawn, timezone.localdate(), "", by=editor)
    return 1


def _agreement(episode: EpisodePage, role: str) -> VoiceAuthorisation:
    today = timezone.localdate()
    held = VoiceAuthorisation(
        episode=episode,
        role=role,
        text_version=CURRENT.version,
        signed_on=today - timedelta(days=12),
        until=today + timedelta(days=3 * 365),
    )
    return record(held, ContentFile(signed_page(role), name="exemple.png"), by=account("edition"))


def signed_page(role: str) -> bytes:
    """An unsigned page, marked as such."""
    page = Image.new("RGB", (620, 877), "white")
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(22)
    lines = ("Autorisation de voix", f"Fonction : {role}", "EXEMPLE FICTIF", "Personne n’a signé ce document.")
    for rank, line in enumerate(lines):
        draw.text((60, 80 + 60 * rank), line, fill="black", font=font)
    file = BytesIO()
    page.quantize(4).save(file, "PNG")
    return file.getvalue()
