"""The lifecycle of a sheet on its public page."""

from django import template

from caps_sheets.lifecycle.queries import PublicLife, life_of
from caps_sheets.models import CapsSheetPage

register = template.Library()


@register.simple_tag
def life(sheet: CapsSheetPage) -> PublicLife:
    """The freshness of the sheet, its errata and its adaptations; empty for an unsaved page."""
    return life_of(sheet) if sheet.pk else PublicLife()
