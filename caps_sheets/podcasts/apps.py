from django.apps import AppConfig


class PodcastsConfig(AppConfig):
    name = "caps_sheets.podcasts"
    label = "caps_podcasts"
    verbose_name = "Podcasts"
