"""The pages of notices, beside those of the account."""

from django.urls import path

from portal.moderation import account, report_views, retirement

urlpatterns = [
    path("compte/avis/", account.notice_settings, name="notice_settings"),
    path("signaler-une-erreur/<int:page_pk>/", report_views.report_error, name="report_error"),
    path("signaler-une-erreur/<int:page_pk>/merci/", report_views.report_received, name="report_received"),
    path("archives/<int:pk>/", retirement.retired_page, name="retired_page"),
    path("compte/avis/lus/", account.read_notices, name="read_notices"),
]
