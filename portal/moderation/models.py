"""Moderated pages: publication rules, review tasks, notices."""

from portal.base.models import BasePage


class ModeratedPage(BasePage):
    """Abstract parent of the pages that become public only complete and approved."""

    class Meta:
        abstract = True
