"""What the edit form of a sheet does for the person who writes it."""

import pytest

from caps_sheets.models import CapsSheetPage
from portal.site_setup.roles import EDITING
from tests.factories.capitalisation import make_member
from tests.factories.network import make_theme
from tests.factories.sheets import make_sheet
from tests.moderation.page_forms import editor, opened

pytestmark = pytest.mark.django_db


def test_the_main_theme_is_chosen_once(client, home):
    author = make_member(EDITING)
    sheet = make_sheet(live=False, owner=author)
    before = {theme.name for theme in sheet.themes.all()}
    theme = make_theme("ruralite-exemple", name="Ruralité, exemple")
    client.force_login(author)
    client.post(editor(sheet), opened(client, sheet) | {"main_theme": str(theme.pk)})
    draft = CapsSheetPage.objects.get(pk=sheet.pk).get_latest_revision_as_object()
    assert draft.main_theme == theme
    assert {one.name for one in draft.themes.all()} == before | {theme.name}
