"""The media library in the back office."""

from django.urls import URLPattern, path
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry

from portal.base.readings import FileReader
from portal.medialib import views
from portal.medialib.audio import read_sound
from portal.medialib.transcripts.formats import read_transcript_file


# Before wagtailmedia's own URLs, so that « media/delete/ » reaches our check first.
@hooks.register("register_admin_urls", order=-1)
def media_urls() -> list[URLPattern]:
    return [
        path("media/<int:media_id>/fichier/", views.listen, name="portal_media_file"),
        path("media/delete/<int:media_id>/", views.delete),
    ]


@hooks.register("register_log_actions")
def log_actions(actions: LogActionRegistry) -> None:
    actions.register_action(views.LISTENED, "Son écouté", "Son non publié écouté")


@hooks.register("file_readers")
def sound_reader() -> FileReader:
    return FileReader("sound", read_sound)


@hooks.register("file_readers")
def transcript_reader() -> FileReader:
    return FileReader("transcript", read_transcript_file)
