"""The transcript of an interview beside its recording, on the screen that podcasts use too."""

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property

from caps_sheets.capitalisation.case_files.permissions import may_change
from caps_sheets.capitalisation.interviews import transcripts
from caps_sheets.capitalisation.interviews.admin_views import CaseGuard, InterviewGuard
from caps_sheets.capitalisation.interviews.file_views import FileGuard
from caps_sheets.capitalisation.interviews.files import note_reading
from caps_sheets.capitalisation.models import FileKind, Interview, PrivateFile
from portal.base.errors import RefusedError
from portal.medialib.transcripts.admin_views import TranscriptView
from portal.medialib.transcripts.corrections import Correction
from portal.medialib.transcripts.forms import TranscriptImportForm

TEMPLATE = "wagtailadmin/capitalisation/interviews/transcript.html"


class InterviewSoundMixin(CaseGuard):
    """The recording beside the text: the first one that is kept."""

    interview: Interview

    @cached_property
    def sound(self) -> PrivateFile | None:
        return next(iter(transcripts.sounds_of(self.interview)), None)

    @property
    def sound_url(self) -> str:
        return reverse("interview_file", args=[self.sound.uuid]) if self.sound else ""

    @property
    def duration(self) -> float | None:
        return self.sound.duration if self.sound else None

    def declared_voices(self) -> list[str]:
        return [role.strip() for role in re.split(r"[,;\n]", self.interview.interviewee_role) if role.strip()]

    def may_write(self) -> bool:
        return may_change(self.user, self.case_file)


class FileTranscriptView(InterviewSoundMixin, FileGuard, TranscriptView):
    """Each opening is a reading of the file, and is logged as one."""

    changes = False
    template_name = TEMPLATE

    def applies(self) -> bool:
        return self.file.kind == FileKind.TRANSCRIPT and not self.file.deleted_on

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        note_reading(self.file, self.user, starts_at=1)
        return super().get(request, *args, **kwargs)

    @property
    def transcript(self) -> str:
        return self.file.text

    def correct(self, correction: Correction) -> None:
        transcripts.correct(self.file, correction, by=self.user)

    def replace(self, transcript: str) -> None:
        transcripts.replace(self.file, transcript, seen=self.seen, by=self.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if not self.transcript and "import_form" not in kwargs:
            kwargs["import_form"] = self._read_of_file()
        return super().get_context_data(**kwargs) | {"file": self.file}

    def _read_of_file(self) -> TranscriptImportForm:
        """What the stored file says, ready to be confirmed."""
        read = transcripts.read_stored_file(self.file)
        text = read.to_vtt() if read.items else ""
        form = TranscriptImportForm(duration=self.duration, initial={"text": text})
        form.transcript = read if read.notices or read.errors else None
        return form


class NewTranscriptView(InterviewSoundMixin, InterviewGuard, TranscriptView):
    """A transcript that is pasted, or sent, where the interview has none yet."""

    page_title = "Apporter une transcription"
    template_name = TEMPLATE
    transcript = ""

    def correct(self, correction: Correction) -> None:
        raise RefusedError("Apportez d’abord la transcription.")

    def replace(self, transcript: str) -> None:
        self.added = transcripts.add_pasted(self.interview, transcript, by=self.user)

    def imported_url(self) -> str:
        return reverse("interview_file_transcript", args=[self.added.uuid])
