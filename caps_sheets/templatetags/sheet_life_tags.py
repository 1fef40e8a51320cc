"""The lifecycle of a sheet on its public page."""

from django import template

from caps_sheets.lifecycle.queries import PublicLife, life_of
from caps_sheets.models import CapsSheetPage

register = template.Library()


@register.simple_tag
def life(sheet: CapsSheetPage) -> PublicLife:
    """How fresh the sheet is, its errata and its adaptations; a page that is not saved has none."""
    return life_of(sheet) if sheet.pk else PublicLife()
