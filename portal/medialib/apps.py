from django.apps import AppConfig


class MedialibConfig(AppConfig):
    name = "portal.medialib"
    label = "portal_medialib"
    verbose_name = "Médiathèque"
