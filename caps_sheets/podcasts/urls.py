"""Addresses of the podcasts beside their pages."""

from django.urls import path

from caps_sheets.podcasts import views

urlpatterns = [
    path(
        "audio/<uuid:uuid>/<slug:version>/<slug:slug>.<slug:extension>",
        views.episode_audio,
        name="episode_audio",
    ),
]
