"""Forms of the takedown screens."""

import re
from urllib.parse import unquote, urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import Http404
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, Site

from portal.medialib.models import PortalDocument, PortalImage, PortalMedia, PortalRendition

DOCUMENT_PATH = re.compile(r"^/documents/(\d{1,9})/")
SOUND_PATH = re.compile(r"^/audio/([0-9a-f-]{36})/")


class ContentAddressForm(forms.Form):
    """Finds the content from what a caller reads out: the address of a page, of a picture, of a sound."""

    address = forms.CharField(
        label="Adresse de ce qui est en cause",
        max_length=1000,
        help_text="Copiez l’adresse de la page dans le navigateur ; pour une image ou un son seul, celle du fichier.",
        error_messages={"required": "Copiez l’adresse de la page, de l’image, du document ou du son."},
    )

    def clean_address(self) -> Model:
        try:
            path = unquote(urlsplit(self.cleaned_data["address"].strip()).path)
        except ValueError:  # « http://[ »
            path = ""
        found = _file_at(path) or _page_at(path)
        if found is None:
            raise ValidationError(
                "Rien de connu à cette adresse. Ouvrez la page, l’image, le document ou le son dans l’espace de "
                "travail\xa0: « Retirer en urgence » y est aussi."
            )
        return found


def _file_at(path: str) -> Model | None:
    if path.startswith("/media/"):
        name = path.removeprefix("/media/")
        rendition = PortalRendition.objects.select_related("image").filter(file=name).first()
        return rendition.image if rendition else PortalImage.objects.filter(file=name).first()
    if named := DOCUMENT_PATH.match(path):
        return PortalDocument.objects.filter(pk=named[1]).first()
    if named := SOUND_PATH.match(path):
        return PortalMedia.objects.filter(uuid=named[1]).first() if _is_uuid(named[1]) else None
    return None


def _is_uuid(text: str) -> bool:
    return bool(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text))


def _page_at(path: str) -> Page | None:
    """The page at a path of the site, online or not; an old address leads to the page that it named."""
    site = Site.objects.select_related("root_page").filter(is_default_site=True).first()
    if site is None:
        return None
    try:
        old = Redirect.objects.filter(old_path=Redirect.normalise_path(path)).exclude(redirect_page=None).first()
    except (ValueError, Http404):
        old = None
    url_path = f"{site.root_page.url_path.rstrip('/')}/{path.strip('/')}/".replace("//", "/")
    slug = path.strip("/").rpartition("/")[2]
    page = Page.objects.filter(slug=slug, url_path=url_path).first() if slug else None
    return page or (old.redirect_page if old else None)


class TakeDownForm(forms.Form):
    reason = forms.CharField(
        label="Motif, pour le Centre",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Lu par l’Administration et la Modération seules. Pas de nom : « une personne retire son accord ».",
        error_messages={"required": "Dites pourquoi : qui décidera la remise en ligne lira ce motif."},
    )
    public_note = forms.CharField(
        label="Ce que lit le public",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="À la place du contenu, et dans l’avis aux auteurs. Vide : « Le Centre national l’a retiré le temps "
        "d’une vérification. »",
    )


class LiftForm(forms.Form):
    reason = forms.CharField(
        label="Pourquoi remettre en ligne",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="La personne qui confirmera le lit.",
        error_messages={"required": "Dites ce qui a changé : une autre personne doit pouvoir en décider."},
    )
