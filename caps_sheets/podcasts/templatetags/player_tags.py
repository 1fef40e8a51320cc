"""Template tags of the player and of a show."""

from django import template
from django.utils.safestring import SafeString

from caps_sheets.podcasts.models import ShowPage, episode_links, structured_data

register = template.Library()


@register.simple_tag
def show_picture(show: ShowPage) -> str:
    """The URL of the artwork, relative to the site, if it may be shown."""
    return structured_data.picture_url(show.artwork)


@register.simple_tag
def subscribe_url(show: ShowPage) -> str:
    return episode_links.subscribe_url(show)


@register.simple_tag
def show_structured_data(show: ShowPage, picture: str) -> SafeString:
    return structured_data.as_script({"@context": structured_data.CONTEXT} | structured_data.show_data(show, picture))


@register.simple_tag
def season_name(show: ShowPage, number: int) -> str:
    """The name that the show gives to a season, if any."""
    return next((season.name for season in show.season_items.all() if season.number == number), "")
