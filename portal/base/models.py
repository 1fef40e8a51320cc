"""What every page of the portal shares."""

from wagtail.models import Page


class BasePage(Page):
    """Abstract parent of every page type: each subclass names its template, parents and children."""

    #: True when the 3114 help block must be shown inside the page.
    shows_help = False

    class Meta:
        abstract = True
