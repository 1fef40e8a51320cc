"""« À partir d’un document Word »: the file, what is understood of it, the draft, and what is left beside the draft.

A document belongs to the person who sent it until a draft is made; then to those who may edit the draft.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from PIL import Image
from wagtail.admin import messages
from wagtail.log_actions import log

from caps_sheets.document_import import services
from caps_sheets.document_import.formats.archive import DocumentRefusedError
from caps_sheets.document_import.formats.document import Picture, pictures_of, texts_of
from caps_sheets.document_import.forms import DocumentForm, PlacesForm, field_name
from caps_sheets.document_import.outline import Part
from caps_sheets.document_import.readings import PartCounts, Understanding, counts, picture_of
from caps_sheets.models import DocumentImport, SheetsIndexPage
from portal.base.admin_views import ObjectGuard, ObjectView, ServiceActionView, ServiceFormView
from portal.base.errors import RefusedError
from portal.base.readings import shortened
from portal.medialib.pictures import clean_picture
from portal.medialib.private_files import TYPES, serve_private

THUMBNAIL = (160, 120)
#: Thumbnails of one part shown at once.
MOST_SHOWN = 12
TITLE = "Écrire une fiche à partir d’un document"


@method_decorator(never_cache, name="dispatch")
class WriterGuard(ObjectGuard):
    """For those who may write a sheet."""

    @cached_property
    def index(self) -> SheetsIndexPage | None:
        return services.index_for(self.user)

    def allows(self) -> bool:
        return self.index is not None

    def crumbs(self) -> list[dict[str, Any]]:
        index = self.index
        return [{"url": reverse("wagtailadmin_explore", args=[index.pk]), "label": index.title}] if index else []


class SendView(WriterGuard, ServiceFormView):
    """Send a document, or go on with one."""

    page_title = TITLE
    form_class = DocumentForm
    template_name = "wagtailadmin/document_import/send.html"

    def get_success_url(self) -> str:
        return reverse("wagtailadmin_home")

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            document = services.receive(form.cleaned_data["file"], self.user)
        except DocumentRefusedError as refusal:
            form.add_error("file", f"Document refusé, rien n’a été écrit. {refusal}")
            return self.form_invalid(form)
        return redirect("sheet_document_check", document.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "waiting": services.waiting(self.user)}


class WaitingGuard(WriterGuard):
    """The URL names a document of the person. Another one is said to be no longer kept."""

    document: DocumentImport

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.allows():
            document = services.waiting(self.user).filter(pk=self.kwargs["pk"]).first()
            if document is None:
                return self.gone()
            self.document = document
        return super().dispatch(request, *args, **kwargs)

    def gone(self) -> HttpResponseBase:
        messages.error(self.request, services.GONE)
        return redirect("sheet_document")

    def crumbs(self) -> list[dict[str, Any]]:
        return [*super().crumbs(), {"url": reverse("sheet_document"), "label": TITLE}]


@dataclass(frozen=True)
class ShownPart:
    part: Part
    field: forms.BoundField
    counts: PartCounts
    sample: str
    #: Rank in the document of each picture, with its alternative text.
    pictures: list[tuple[int, str]]


class CheckView(WaitingGuard, ServiceFormView):
    """What is understood, before anything is written; then the draft."""

    form_class = PlacesForm
    template_name = "wagtailadmin/document_import/check.html"
    submit_label = "Créer le brouillon"
    done = "Le brouillon est créé. Ce qu’il ne contient pas est listé dans « À reprendre du document »."

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except RefusedError as refusal:
            messages.error(request, str(refusal))
            return redirect("sheet_document")

    @cached_property
    def found(self) -> Understanding:
        return services.understood(self.document)

    def get_page_title(self) -> str:
        return f"« {self.document.name} »"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"parts": self.found.outline.parts}

    def get_initial(self) -> dict[str, Any]:
        return {"title": services.title_of(self.found, self.document)}

    def carry_out(self, form: PlacesForm) -> None:
        title = form.cleaned_data["title"]
        self.sheet = services.create_draft(self.document, form.targets(), title, by=self.user)

    def get_success_url(self) -> str:
        sheet = getattr(self, "sheet", None)
        return reverse("wagtailadmin_pages:edit", args=[sheet.pk]) if sheet else reverse("sheet_document")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        ranks = {id(picture): rank for rank, picture in enumerate(self.found.document.pictures(), start=1)}
        images = dict.fromkeys(ranks, 0)
        for picture in self.found.document.pictures_beside:
            images.pop(id(picture))
        content = self.found.content(images)
        return context | {
            "document": self.document,
            "parts": [
                self._shown(rank, part, context["form"], ranks) for rank, part in enumerate(self.found.outline.parts)
            ],
            "lines": self.found.identity.lines,
            "beside": services.beside(self.found, content, {}),
        }

    def _shown(self, rank: int, part: Part, form: forms.Form, ranks: dict[int, int]) -> ShownPart:
        sample = shortened(" ".join(" ".join(texts_of(part.blocks)).split())[:400])
        pictures = [(ranks[id(picture)], picture.alt) for picture in pictures_of(part.blocks)][:MOST_SHOWN]
        return ShownPart(part, form[field_name(rank)], counts(part.blocks), sample, pictures)


class BesideGuard(ObjectGuard):
    """The URL names a document: its owner’s, then that of those who may edit the draft."""

    document: DocumentImport

    def find(self) -> None:
        found = DocumentImport.objects.select_related("sheet").filter(pk=self.kwargs["pk"]).first()
        if found is None or not self._may_see(found):
            raise Http404
        self.document = found

    def _may_see(self, document: DocumentImport) -> bool:
        if document.sheet is None:
            return document.owner_id == self.user.pk
        return bool(document.sheet.permissions_for_user(self.user).can_edit())


@method_decorator(never_cache, name="dispatch")
class PictureView(BesideGuard):
    """One picture of the document, reduced to its pixels; 404 for what no browser shows."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, pk: int, rank: int) -> HttpResponseBase:
        try:
            picture = picture_of(services.understood(self.document).document, rank)
        except RefusedError as refusal:
            raise Http404 from refusal
        if picture is None:
            raise Http404
        is_whole = "taille" in request.GET
        return HttpResponse(_png(picture, is_whole=is_whole), content_type="image/png")


def _png(picture: Picture, *, is_whole: bool) -> bytes:
    target = io.BytesIO()
    try:
        cleaned = clean_picture(ContentFile(picture.content, name=services.picture_name(picture)))
    except ValidationError as error:
        raise Http404 from error
    with Image.open(cleaned) as image:
        drawn = image.convert("RGBA")
        if not is_whole:
            drawn.thumbnail(THUMBNAIL)
        drawn.save(target, "PNG")
    return target.getvalue()


class DocumentFileView(BesideGuard):
    """The document itself. Each reading is logged with the sheet."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        extension = "odt" if self.document.name.lower().endswith(".odt") else "docx"
        return serve_private(
            request, self.document.file, content_type=TYPES[extension], name=self.document.name, note=self._note
        )

    def _note(self, start: int) -> None:
        if self.document.sheet is not None:
            log(instance=self.document.sheet, action=services.READ, user=self.user)


class BesideView(BesideGuard, ObjectView):
    """What the draft does not hold, to be read while writing."""

    template_name = "wagtailadmin/document_import/beside.html"
    page_title = "À reprendre du document"

    def applies(self) -> bool:
        return self.document.sheet is not None

    def crumbs(self) -> list[dict[str, Any]]:
        sheet = self.document.sheet
        return [{"url": reverse("wagtailadmin_pages:edit", args=[sheet.pk]), "label": sheet.title}] if sheet else []

    def object_context(self) -> dict[str, Any]:
        return {"document": self.document, "beside": self.document.beside, "sheet": self.document.sheet}


class DismissView(BesideGuard, ServiceActionView):
    """Delete the document and the list."""

    done = "Le document et sa liste sont supprimés."

    def carry_out(self) -> None:
        self.sheet = self.document.sheet
        services.dismiss(self.document, by=self.user)

    def get_success_url(self) -> str:
        sheet = cast(Any, self.document.sheet)
        return reverse("wagtailadmin_pages:edit", args=[sheet.pk]) if sheet else reverse("sheet_document")
