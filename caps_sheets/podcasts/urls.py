"""The URLs of the podcasts below those of their pages."""

from django.urls import path

from caps_sheets.podcasts.feeds.views import show_feed
from caps_sheets.podcasts.player import views
from caps_sheets.podcasts.player import views as player
from caps_sheets.podcasts.player.views import episode_transcript

urlpatterns = [
    path("oembed", player.oembed, name="oembed"),
    path("<path:page_path>/flux.xml", show_feed, name="show_feed"),
    path("<path:page_path>/flux/<slug:theme_slug>.xml", show_feed, name="show_theme_feed"),
    path("<path:page_path>/chapitres.json", player.episode_chapters, name="episode_chapters"),
    path("<path:page_path>/transcription.<slug:extension>", episode_transcript, name="episode_transcript_file"),
    path("<path:page_path>/integrer/", player.episode_embed, name="episode_embed"),
    path("<path:page_path>/s-abonner/", player.show_subscribe, name="show_subscribe"),
    path(
        "audio/<uuid:uuid>/<slug:version>/<slug:slug>.<slug:extension>",
        views.episode_audio,
        name="episode_audio",
    ),
]
