"""Admin views of the private files of an interview: upload, download, deletion date, deletion."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import slugify

from caps_sheets.capitalisation.interviews.admin_views import FORM, InterviewGuard, interviews
from caps_sheets.capitalisation.interviews.files import (
    add_file,
    delete_file,
    file_due_on,
    last_day_of,
    note_reading,
    review_transcript,
    set_deletion_date,
)
from caps_sheets.capitalisation.interviews.forms import DeletionDateForm, FileForm, ReasonForm
from caps_sheets.capitalisation.models import CaseFile, FileKind, PrivateFile
from portal.base.admin_views import ObjectView, ServiceActionView, ServiceFormView
from portal.base.errors import RefusedError
from portal.medialib.private_files import encoding_notice, serve_private


class FileGuard(InterviewGuard):
    """The URL names the file by its random identifier."""

    def find_case(self) -> CaseFile:
        self.file = get_object_or_404(PrivateFile, uuid=self.kwargs["uuid"])
        self.interview = interviews().get(pk=self.file.interview_id)
        self.file.interview = self.interview
        return self.interview.case_file


class AddFileView(InterviewGuard, ServiceFormView):
    page_title = "Ajouter un fichier"
    template_name = FORM
    form_class = FileForm
    done = "Le fichier est ajouté."
    submit_label = "Ajouter"

    def get_instance(self) -> PrivateFile:
        return PrivateFile(interview=self.interview)

    def carry_out(self, form: FileForm) -> None:
        data = form.cleaned_data
        stored = add_file(self.interview, data["kind"], data["file"], title=data["title"], by=self.user)
        self.done = f"{self.done} {encoding_notice(stored.mime_type)}".strip()


class ReadFileView(FileGuard):
    """The file itself, by ranges for the player. Each reading is logged first."""

    changes = False
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.file.deleted_on:
            raise Http404
        return serve_private(
            request,
            self.file.file,
            content_type=self.file.mime_type,
            name=self.download_name,
            note=lambda start: note_reading(self.file, self.user, starts_at=start),
            is_inline=self.file.kind == FileKind.AUDIO,
        )

    @cached_property
    def download_name(self) -> str:
        extension = (self.file.file.name or "").rpartition(".")[2]
        return f"{slugify(self.file.get_kind_display())}-{self.file.uuid.hex[:8]}.{extension}"


class FileDateView(FileGuard, ServiceFormView):
    page_title = "Date de suppression"
    form_class = DeletionDateForm
    template_name = "wagtailadmin/capitalisation/interviews/file_date.html"
    done = "La date de suppression est enregistrée."

    def get_initial(self) -> dict[str, Any]:
        return {"delete_on": self.file.delete_on}

    def carry_out(self, form: DeletionDateForm) -> None:
        day = form.cleaned_data["delete_on"]
        set_deletion_date(self.file, day, by=self.user, today=timezone.localdate())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        dates = {"due_on": file_due_on(self.file), "latest": last_day_of(self.file)}
        return {**super().get_context_data(**kwargs), "file": self.file, **dates}


class ReviewFileView(FileGuard, ServiceActionView):
    done = "La transcription est notée comme relue."

    def carry_out(self) -> None:
        review_transcript(self.file, by=self.user)


class DeleteFileView(FileGuard, ServiceFormView):
    page_title = "Supprimer un fichier"
    form_class = ReasonForm
    template_name = "wagtailadmin/capitalisation/interviews/file_delete.html"
    submit_label = "Supprimer pour de bon"
    done = "Le fichier est supprimé."

    def carry_out(self, form: ReasonForm) -> None:
        reason = form.cleaned_data["reason"]
        try:
            delete_file(self.file, by=self.user, today=timezone.localdate(), reason=reason)
        except OSError as error:
            raise RefusedError("Le fichier n’a pas pu être supprimé. Réessayez dans quelques minutes.") from error

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "file": self.file}


class AccessesView(FileGuard, ObjectView):
    """Who read the file, and when."""

    page_title = "Lectures du fichier"
    changes = False
    template_name = "wagtailadmin/capitalisation/interviews/accesses.html"
    LONGEST_LIST = 200

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        accesses = self.file.accesses.select_related("user")[: self.LONGEST_LIST]
        return {**super().get_context_data(**kwargs), "file": self.file, "accesses": accesses}
