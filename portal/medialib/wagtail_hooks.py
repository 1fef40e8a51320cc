"""The media library in the back office."""

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.html import escape
from wagtail import hooks
from wagtail.documents.rich_text import DocumentLinkHandler
from wagtail.log_actions import LogActionRegistry
from wagtail.rich_text.feature_registry import FeatureRegistry

from portal.base.readings import FileReader
from portal.medialib import views
from portal.medialib.audio import read_sound
from portal.medialib.transcripts.formats import read_transcript_file


# Before wagtailmedia's own URLs, so that « media/delete/ » reaches our check first.
@hooks.register("register_admin_urls", order=-1)
def media_urls() -> list[URLPattern]:
    return [
        path("media/<int:media_id>/fichier/", views.listen, name="portal_media_file"),
        path("images/<int:image_id>/autorisation/", views.consent_file, name="image_consent_file"),
        path("media/delete/<int:media_id>/", views.delete),
    ]


@hooks.register("register_log_actions")
def log_actions(actions: LogActionRegistry) -> None:
    actions.register_action(views.LISTENED, "Son écouté", "Son non publié écouté")
    actions.register_action(views.CONSENT_READ, "Autorisation lue", "Autorisation signée d’une image lue")


@hooks.register("file_readers")
def sound_reader() -> FileReader:
    return FileReader("sound", read_sound)


@hooks.register("file_readers")
def transcript_reader() -> FileReader:
    return FileReader("transcript", read_transcript_file)


class ReadableDocumentLinkHandler(DocumentLinkHandler):
    """A document taken down keeps its words in the text, without a link."""

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict]) -> list[str]:
        documents = cls.get_many(attrs_list)
        return [f'<a href="{escape(one.url)}">' if one and not one.is_taken_down else "<a>" for one in documents]


@hooks.register("register_rich_text_features", order=1)  # after Wagtail's own, which it replaces
def link_to_readable_documents(features: FeatureRegistry) -> None:
    features.register_link_type(ReadableDocumentLinkHandler)


@hooks.register("construct_image_chooser_queryset")
@hooks.register("construct_document_chooser_queryset")
@hooks.register("construct_media_chooser_queryset")
def offer_no_file_taken_down(files: QuerySet, request: HttpRequest) -> QuerySet:
    return files.filter(is_taken_down=False)
