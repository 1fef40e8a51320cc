"""The identity card of a sheet: the same lists in the same order on its page and in the preview of its draft."""

import re

import pytest
from django.test import Client

from caps_sheets.models import CapsSheetPage, SheetPartner
from network.models import Organisation
from portal.taxonomies.models import Term, Vocabulary
from tests.factories.network import make_organisation, make_term
from tests.factories.sheets import build_sheet, make_sheets_index

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheet() -> CapsSheetPage:
    """Two audiences in the order of the vocabulary, two partners in the order of the form, one with an acronym."""
    second, first = make_term(Vocabulary.AUDIENCE, "aidants"), make_term(Vocabulary.AUDIENCE, "jeunes")
    Term.objects.filter(pk=second.pk).update(order=2)
    role = make_term(Vocabulary.PARTNER_ROLE, "pilote")
    partners = [make_organisation("Ville d’exemple"), make_organisation("Agence d’exemple", acronym="AE")]
    sheet = build_sheet(title="Fiche mesurée", audiences=[second, first])
    sheet.partner_items = [
        SheetPartner(organisation=partner, role=role, sort_order=rank) for rank, partner in enumerate(partners)
    ]
    make_sheets_index().add_child(instance=sheet)
    return sheet


def lists(page: str) -> dict[str, str]:
    return dict(re.findall(r"<dt>([^<]+)</dt><dd>([^<]+)</dd>", page))


def test_lists_are_ordered_and_partners_have_their_acronym(client: Client, sheet: CapsSheetPage) -> None:
    shown = lists(client.get(sheet.url).content.decode())
    assert shown["Pour qui"] == "Jeunes · Aidants"
    assert shown["Avec"] == "Ville d’exemple · Agence d’exemple (AE)"
    assert shown["Type d’action"] == "Stage croise"


def test_the_preview_of_a_draft_shows_what_it_holds(sheet: CapsSheetPage) -> None:
    sheet.partner_items = [sheet.partner_items.all()[1]]
    draft = sheet.save_revision().as_object()
    shown = lists(draft.make_preview_request().content.decode())
    assert shown["Avec"] == "Agence d’exemple (AE)"
    assert Organisation.objects.filter(name="Ville d’exemple").exists()
