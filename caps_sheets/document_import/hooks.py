"""What the reading of documents registers: URLs, buttons, log entries, a file format, the end of a document."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, path, reverse
from wagtail import hooks
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import LogActionRegistry
from wagtail.models import Page
from wagtail.signals import page_published

from caps_sheets.document_import import admin_views, services
from caps_sheets.document_import.readings import sheet_reader
from caps_sheets.models import CapsSheetPage, SheetsIndexPage
from portal.users.models import User

LABEL = "Écrire à partir d’un document Word"


@hooks.register("register_admin_urls")
def document_urls() -> list[URLPattern]:
    return [
        path("fiches/document/", admin_views.SendView.as_view(), name="sheet_document"),
        path("fiches/document/<int:pk>/", admin_views.CheckView.as_view(), name="sheet_document_check"),
        path(
            "fiches/document/<int:pk>/image/<int:rank>/",
            admin_views.PictureView.as_view(),
            name="sheet_document_picture",
        ),
        path("fiches/document/<int:pk>/fichier/", admin_views.DocumentFileView.as_view(), name="sheet_document_file"),
        path("fiches/document/<int:pk>/a-reprendre/", admin_views.BesideView.as_view(), name="sheet_document_beside"),
        path("fiches/document/<int:pk>/supprimer/", admin_views.DismissView.as_view(), name="sheet_document_dismiss"),
    ]


@hooks.register("register_page_header_buttons")
def header_document_button(page: Page, user: User, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    yield from _document_button(page, user)


@hooks.register("register_page_listing_more_buttons")
def listing_document_button(page: Page, user: User, next_url: str | None = None) -> Iterator[Button]:
    yield from _document_button(page, user)


def _document_button(page: Page, user: User) -> Iterator[Button]:
    if page.specific_class is SheetsIndexPage and page.permissions_for_user(user).can_add_subpage():
        yield Button(LABEL, reverse("sheet_document"), icon_name="doc-full", priority=15)


hooks.register("file_readers", sheet_reader)


def forget_document(sender: type, instance: CapsSheetPage, **kwargs: Any) -> None:
    services.forget_published(instance)


page_published.connect(forget_document, sender=CapsSheetPage, dispatch_uid="forget_imported_document")


@hooks.register("register_log_actions")
def document_actions(actions: LogActionRegistry) -> None:
    for action, label in (
        (services.CREATED, "Brouillon fait à partir d’un document"),
        (services.DISMISSED, "Document d’origine supprimé"),
        (services.READ, "Document d’origine téléchargé"),
    ):
        actions.register_action(action, label, label)
