from django.apps import AppConfig


class PodcastsConfig(AppConfig):
    name = "caps_sheets.podcasts"
    label = "caps_podcasts"
    verbose_name = "Podcasts"

    def ready(self) -> None:
        from wagtail.signals import page_published

        from caps_sheets.podcasts.audience import checks  # noqa: F401 - registers them
        from caps_sheets.podcasts.feeds import freshness, websub
        from caps_sheets.podcasts.models import EpisodePage
        from caps_sheets.podcasts.production.notifications import tell_of_publication

        page_published.connect(tell_of_publication, sender=EpisodePage)

        freshness.watch()
        websub.watch()
