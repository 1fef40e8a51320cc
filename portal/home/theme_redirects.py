"""The URL of a theme merged into another redirects to the theme that remains."""

from typing import Any

from django.dispatch import receiver
from wagtail.contrib.redirects.models import Redirect

from portal.home.models import ThemesIndexPage
from portal.taxonomies.merge import merged
from portal.taxonomies.models import Theme


@receiver(merged, sender=Theme)
def redirect_theme(old: Theme, new: Theme, **kwargs: Any) -> None:
    index = ThemesIndexPage.objects.live().first()
    if index is None or not index.url:
        return
    before, after = (f"{index.url}{theme.slug}/" for theme in (old, new))
    Redirect.objects.filter(redirect_link=before).update(redirect_link=after)
    Redirect.objects.filter(old_path=Redirect.normalise_path(after)).delete()
    Redirect.add_redirect(before, redirect_to=after)
