"""The pages of notices, beside those of the account."""

from django.urls import path

from portal.moderation import account, retirement

urlpatterns = [
    path("compte/avis/", account.notice_settings, name="notice_settings"),
    path("archives/<int:pk>/", retirement.retired_page, name="retired_page"),
    path("compte/avis/lus/", account.read_notices, name="read_notices"),
]
