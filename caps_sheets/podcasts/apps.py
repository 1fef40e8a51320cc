from django.apps import AppConfig


class PodcastsConfig(AppConfig):
    name = "caps_sheets.podcasts"
    label = "caps_podcasts"
    verbose_name = "Podcasts"

    def ready(self) -> None:
        from caps_sheets.podcasts.audience import checks  # noqa: F401 - registers them
        from caps_sheets.podcasts.feeds import freshness, websub

        freshness.watch()
        websub.watch()
