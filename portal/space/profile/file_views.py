"""Choosing the file of an answer: a page of its own, since the steps save as one types and a file does not."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.forms import modelform_factory
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.views.decorators.http import require_http_methods
from wagtail.documents.permissions import permission_policy as documents_policy
from wagtail.images.permissions import permission_policy as images_policy

from network.models import TypedProfile
from portal.base.errors import RefusedError
from portal.base.numbers import posted_number
from portal.base.outcomes import refusals
from portal.base.questionnaires.services import ShownRevisions, save_typed
from portal.medialib.forms import PortalDocumentForm, PortalImageForm
from portal.medialib.models import PortalDocument, PortalImage
from portal.space.profile.lists import PARTS
from portal.space.profile.questionnaire import FILES, QUESTIONNAIRE
from portal.space.profile.views import for_profile
from portal.users.models import User

#: Where the files of the profiles are kept; a role gives its rights on a collection.
COLLECTION = "CLSM"
NOT_ALLOWED = "Votre compte ne permet pas de déposer un fichier : demandez-le au Centre."
CHANGED = "La réponse a changé ailleurs pendant ce temps : le fichier est déposé, choisissez-le de nouveau."

DocumentForm = modelform_factory(PortalDocument, form=PortalDocumentForm, fields=("title", "file", "collection"))
PictureForm = modelform_factory(
    PortalImage, form=PortalImageForm, fields=("title", "file", "description", "credit", "licence", "collection")
)


@require_http_methods(["GET", "HEAD", "POST"])
@for_profile
def file(request: HttpRequest, answer: TypedProfile, name: str) -> HttpResponse:
    part = PARTS.get(name)
    if name not in FILES and not (part and part.document):
        raise Http404
    if reason := QUESTIONNAIRE.closed_reason(answer):
        messages.error(request, reason)
        return redirect("profile_check", answer.clsm_id)
    back = QUESTIONNAIRE.field_url(answer.clsm_id, name)
    form = _form(request, FILES.get(name, PortalDocument))
    if form is None:
        messages.error(request, NOT_ALLOWED)
        return redirect(back)
    if request.method == "POST" and form.is_valid():
        with refusals() as problems:
            _attach(request, answer, name, form.save())
        for problem in problems:
            messages.error(request, problem)
        return redirect(back)
    context = {"clsm": answer.clsm, "form": form, "label": capfirst(QUESTIONNAIRE.label_of(name)), "back": back}
    return render(request, "pages/profile/file.html", context, status=422 if request.method == "POST" else 200)


def _form(request: HttpRequest, model: type[Any]) -> Any:
    """The form of the media library, less what the Centre fills; None if the account may not upload."""
    user = cast(User, request.user)
    is_image = model is PortalImage
    if not (images_policy if is_image else documents_policy).user_has_permission(user, "add"):
        return None
    is_post = request.method == "POST"
    form_class: Any = PictureForm if is_image else DocumentForm
    data, files = (request.POST, request.FILES) if is_post else (None, None)
    form = form_class(data, files, instance=model(uploaded_by_user=user), user=user)
    form.instance.collection = form.collections.filter(name=COLLECTION).first() or form.collections[0]
    form.fields.pop("collection", None)
    if is_image:
        form.ask()
    form.fields["file"].widget = forms.ClearableFileInput()
    return form


def _attach(request: HttpRequest, answer: TypedProfile, name: str, row: Any) -> None:
    part = PARTS.get(name)
    raw = QUESTIONNAIRE.raw_value(answer, name)
    if part is None:
        raw = [str(row.pk)]
    else:
        rows = part.rows(raw)
        number = posted_number(request.GET.get("ligne", ""), 0)
        if number >= len(rows):
            raise RefusedError(CHANGED)
        rows[number][part.columns.index(part.document)] = str(row.pk)
        raw = [cell for cells in rows for cell in cells]
    saved = save_typed(QUESTIONNAIRE, answer, {name: raw}, ShownRevisions(answer.revision))
    if saved.conflicts:
        raise RefusedError(CHANGED)
    messages.success(request, f"« {row.title} » est joint. Le Centre le relira avec le profil.")
