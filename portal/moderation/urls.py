"""The pages of notices, beside those of the account."""

from django.urls import path

from portal.moderation import admin_views, report_views

urlpatterns = [
    path("compte/avis/", admin_views.notice_settings, name="notice_settings"),
    path("signaler-une-erreur/<int:page_pk>/", report_views.report_error, name="report_error"),
    path("signaler-une-erreur/<int:page_pk>/merci/", report_views.report_received, name="report_received"),
    path("archives/<int:pk>/", report_views.retired_page, name="retired_page"),
    path("compte/avis/lus/", admin_views.read_notices, name="read_notices"),
]
