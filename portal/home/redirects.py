"""Redirects: validation of their paths, and an import that writes all the rows of a file or none.

These views replace Wagtail’s form and the two steps of its import.
"""

from typing import cast
from urllib.parse import SplitResult, unquote, urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import URLValidator
from django.db import transaction
from django.http import Http404, HttpRequest
from django.urls import Resolver404, resolve
from wagtail.contrib.redirects.forms import RedirectForm
from wagtail.contrib.redirects.models import Redirect
from wagtail.log_actions import log
from wagtail.models import Page, Site

from portal.base.errors import RefusedError
from portal.base.tables.reader import MAX_BYTES, FileRefusedError, Record, read_records

MOST_ROWS = 1_000
MOST_TOLD = 20

WRONG_TARGET = (
    "« {} » : écrivez une adresse entière, avec « https:// », ou celle d’une page du site, qui commence par « / »."
)


class PortalRedirectForm(RedirectForm):
    """The target may be a path of the site: Wagtail’s field takes full URLs only, and completes others."""

    redirect_link = forms.CharField(
        label="Vers une adresse",
        required=False,
        max_length=255,
        help_text="Adresse entière (« https://… ») ou d’une page du site (« /fiches/ »).",
    )

    def clean_old_path(self) -> str:
        text = self.cleaned_data["old_path"]
        parts = split(text)
        hosts = Site.objects.values_list("hostname", flat=True)
        if parts.netloc and (parts.scheme not in ("http", "https") or parts.hostname not in hosts):
            raise ValidationError(f"« {text} » n’est pas une adresse de ce site.")
        if not parts.path.startswith("/"):
            raise ValidationError(f"« {text} » : une ancienne adresse commence par « / ».")
        return text

    def clean_redirect_link(self) -> str:
        text = self.cleaned_data["redirect_link"]
        parts = split(text)
        if parts.scheme in ("http", "https") and parts.netloc:
            URLValidator()(text)
        elif parts.scheme or parts.netloc or (text and not parts.path.startswith("/")):
            raise ValidationError(WRONG_TARGET.format(text))
        return text

    def clean(self) -> None:
        super().clean()
        link, page = self.cleaned_data.get("redirect_link"), self.cleaned_data.get("redirect_page")
        if link and link.startswith("/") and not page:
            try:
                page = page_at(link)
            except Http404:
                self.add_error("redirect_link", f"« {link} » : aucune page en ligne n’a cette adresse.")
            else:
                self.cleaned_data |= {"redirect_page": page, "redirect_link": "" if page else link}
        elif not (link or page) and "redirect_link" not in self.errors:
            self.add_error("redirect_link", "Il manque la nouvelle adresse.")

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() | {"redirect_link"}  # checked above


def split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = None
    if parts is None or not unquote(text).isprintable():
        raise ValidationError(f"« {text} » n’est pas une adresse.")
    return parts


def page_at(link: str) -> Page | None:
    """The page at this path, which a redirect then follows; None for a part of a page or a screen such as the search.

    ``Http404`` if nothing is there.
    """
    parts, site = urlsplit(link), Site.objects.select_related("root_page").get(is_default_site=True)
    try:
        route = site.root_page.specific.route(HttpRequest(), [part for part in parts.path.split("/") if part])
    except Http404:
        if not _is_screen(parts.path):
            raise
        return None
    is_whole = parts.path.rstrip("/") == route.page.relative_url(site).rstrip("/")
    return route.page if is_whole and not (parts.query or parts.fragment) else None


def _is_screen(url: str) -> bool:
    try:
        return resolve(url).url_name != "wagtail_serve"
    except Resolver404:
        return False


class ImportForm(forms.Form):
    """The file is read here, so that a broken one is an error of its field."""

    file = forms.FileField(
        label="Fichier CSV ou XLSX",
        help_text="Une redirection par ligne : l’ancienne adresse (« /ancienne-page/ »), puis la nouvelle, celle d’une "
        f"page du site (« /fiches/ ») ou une adresse entière (« https://… »). {MOST_ROWS} lignes au plus ; "
        "une première ligne de titres est passée, les autres colonnes sont ignorées.",
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )
    permanent = forms.BooleanField(label="Redirections permanentes", required=False, initial=True)

    def clean_file(self) -> list[Record]:
        file = cast(UploadedFile, self.cleaned_data["file"])
        if (file.size or 0) > MAX_BYTES:
            raise ValidationError("Le fichier dépasse 10 Mo.")
        try:
            reading = read_records(file.read())
        except FileRefusedError as refusal:
            raise ValidationError(str(refusal)) from refusal
        if reading.errors:
            raise ValidationError([str(error) for error in reading.errors])
        records, self.notes = reading.items, list(reading.messages())
        has_titles = bool(records) and "/" not in "".join(records[0][1])
        rows = records[has_titles:]
        if not rows:
            raise ValidationError("Le fichier ne contient aucune redirection.")
        if len(rows) > MOST_ROWS:
            raise ValidationError(f"Le fichier a plus de {MOST_ROWS} lignes : coupez-le en plusieurs.")
        return rows


@transaction.atomic
def import_redirects(rows: list[Record], is_permanent: bool) -> int:
    """Returns the number of new redirects; existing ones are skipped. ``RefusedError`` names each wrong row."""
    created, problems = 0, []
    for number, cells in rows:
        before, after = (*cells, "", "")[:2]
        form = PortalRedirectForm({"old_path": before, "redirect_link": after, "is_permanent": is_permanent})
        if form.is_valid():
            log(instance=form.save(), action="wagtail.create")
            created += 1
        elif not stands_already(form):
            errors = [error for errors in form.errors.values() for error in errors]
            problems += [f"Ligne {number} ({before or '?'} → {after or '?'}) : {error}" for error in errors]
    if problems:
        others = len(problems) - MOST_TOLD
        problems[MOST_TOLD:] = [f"Autres erreurs : {others}."] if others > 0 else []
        raise RefusedError("Rien n’est importé : corrigez le fichier, puis envoyez-le de nouveau.", *problems)
    return created


def stands_already(form: PortalRedirectForm) -> bool:
    """Whether the only error of a row is that the portal has this very redirect."""
    if set(form.errors) != {"__all__"}:
        return False
    same = Redirect.objects.filter(old_path=Redirect.normalise_path(form.cleaned_data["old_path"]), site=None)
    target = {name: form.cleaned_data[name] for name in ("redirect_page", "redirect_link")}
    return same.filter(**target).exists()
