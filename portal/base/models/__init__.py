"""What every page type shares, and the pages that belong to no subject."""

from portal.base.models.accessibility import AccessibilityPage
from portal.base.models.news import NewsIndexPage, NewsPage
from portal.base.models.pages import BasePage, StandardPage
from portal.base.models.sent_forms import SentForm
from portal.base.models.settings import PortalSettings
from portal.base.models.site_map import SiteMapPage

__all__ = [
    "AccessibilityPage",
    "BasePage",
    "NewsIndexPage",
    "NewsPage",
    "PortalSettings",
    "SentForm",
    "SiteMapPage",
    "StandardPage",
]
