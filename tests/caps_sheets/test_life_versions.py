"""The public list of versions: what changed, in French, and never the words that were removed."""

import json
import re
from uuid import uuid4

import pytest
from django.urls import reverse
from wagtail.models import PageLogEntry, Revision

from caps_sheets.lifecycle.versions import changes, versions
from caps_sheets.models import CapsSheetPage
from portal.taxonomies.models import Vocabulary
from tests.factories.network import make_term
from tests.factories.review import clear
from tests.factories.sheets import build_sheet, make_sheet

pytestmark = pytest.mark.django_db


def publish(sheet: CapsSheetPage, **values) -> CapsSheetPage:
    sheet = CapsSheetPage.objects.get(pk=sheet.pk)
    for name, value in values.items():
        setattr(sheet, name, value)
    revision = sheet.save_revision()
    if sheet.clearance_errors(revision):
        clear(sheet)
    revision.publish()
    return CapsSheetPage.objects.get(pk=sheet.pk)


def with_section(sheet: CapsSheetPage, key: str, blocks: list[dict]) -> list[dict]:
    """The raw text of ``sheet`` with the blocks of one section replaced."""
    return [dict(section, value=blocks) if section["type"] == key else dict(section) for section in sheet.body.raw_data]


@pytest.fixture
def sheet(home) -> CapsSheetPage:
    return make_sheet(title="Stages croisés")


def section_of(sheet: CapsSheetPage, key: str) -> list[dict]:
    return [dict(block) for section in sheet.body.raw_data if section["type"] == key for block in section["value"]]


def test_a_first_publication_and_the_same_text_again_are_one_version(sheet):
    publish(sheet)
    (only,) = versions(sheet)
    assert only.is_first


def test_blocks_are_told_by_their_kind_and_section(sheet):
    sheet = CapsSheetPage.objects.get(pk=sheet.pk)
    blocks = section_of(sheet, "deroulement")
    blocks[0]["value"] = dict(blocks[0]["value"], title="Préparer mieux")
    blocks += [{"type": "paragraph", "value": f"<p>{word}</p>"} for word in ("Un.", "Deux.")]
    publish(sheet, body=with_section(sheet, "deroulement", blocks))
    latest, first = versions(sheet)
    assert latest.changes == ["« Déroulement : les étapes » : ajout : paragraphe (2) ; modification : étape."]
    assert first.is_first


def test_blocks_that_only_moved_are_told_as_moved(sheet):
    sheet = CapsSheetPage.objects.get(pk=sheet.pk)
    publish(sheet, body=with_section(sheet, "deroulement", section_of(sheet, "deroulement")[::-1]))
    assert versions(sheet)[0].changes == ["« Déroulement : les étapes » : ordre changé."]


def test_removed_words_never_come_back(client, sheet):
    sheet = CapsSheetPage.objects.get(pk=sheet.pk)
    blocks = section_of(sheet, "elements_saillants")
    secret = {
        "type": "verbatim",
        "value": {"quote": "Un mot retiré depuis.", "role": "Infirmière", "has_consent": True},
    }
    sheet = publish(sheet, body=with_section(sheet, "elements_saillants", [*blocks, secret]))
    publish(sheet, body=with_section(sheet, "elements_saillants", section_of(sheet, "elements_saillants")[:-1]))
    page = client.get(reverse("sheet_versions", args=[sheet.pk])).content.decode()
    assert "retrait : verbatim" in page
    assert "Un mot retiré depuis." not in page


def test_a_section_that_appears_or_goes_is_said_so(sheet):
    sheet = CapsSheetPage.objects.get(pk=sheet.pk)
    paragraph = [{"type": "paragraph", "value": "<p>La suite.</p>"}]
    sheet = publish(sheet, body=with_section(sheet, "perspectives", paragraph))
    publish(sheet, body=with_section(sheet, "perspectives", []))
    gone, came, _ = versions(sheet)
    assert gone.changes == ["« Perspectives et suites » : section retirée."]
    assert came.changes == ["« Perspectives et suites » : section ajoutée."]


def test_lists_facts_and_texts_are_told_apart(sheet):
    parents = make_term(Vocabulary.AUDIENCE, "parents", "Parents")
    publish(sheet, title="Stages", audiences=[parents], budget="1000-5000", summary="<p>" + "mot " * 170 + "</p>")
    said = versions(sheet)[0].changes
    assert "Le titre devient « Stages »." in said
    assert "Résumé : texte revu (160 mots, puis 170)." in said
    assert "Publics visés : ajout de Parents ; retrait de Travailleurs sociaux." in said
    assert "Revu : tranche de budget." in said


def test_two_sheets_that_say_the_same_have_no_change(home):
    sheet = build_sheet()
    assert changes(sheet, sheet) == []


def test_the_list_is_public_only_with_the_sheet(client, sheet):
    url = reverse("sheet_versions", args=[sheet.pk])
    assert url in client.get(sheet.url).content.decode()
    assert client.get(url).status_code == 200
    assert client.post(url).status_code == 405
    sheet.unpublish()
    assert client.get(url).status_code == 404


def written_by_the_form(sheet: CapsSheetPage) -> Revision:
    """A published revision that says what the last one says, with the identifiers and marks that a form adds."""
    revision = sheet.revisions.order_by("pk").last()
    content = dict(revision.content)
    body = json.loads(content["body"])
    for section in body:
        section["id"] = str(uuid4())
        for block in section["value"]:
            block["id"] = str(uuid4())
            for name, value in block["value"].items() if isinstance(block["value"], dict) else ():
                if isinstance(value, str):
                    block["value"][name] = value.replace("<p>", '<p data-block-key="a1">').replace("\n", "\r\n")
    content["body"] = json.dumps(body)
    content["key_points"] = json.dumps([point | {"id": str(uuid4())} for point in json.loads(content["key_points"])])
    content["summary"] = content["summary"].replace("<p>", '<p data-block-key="b2">') + "\r\n"
    content["audiences"] = content["audiences"][::-1]
    again = Revision.objects.create(
        content_object=sheet, base_content_type=revision.base_content_type, content=content, user=None
    )
    CapsSheetPage.objects.filter(pk=sheet.pk).update(latest_revision=again)
    page = CapsSheetPage.objects.get(pk=sheet.pk)
    if page.clearance_errors(again):
        clear(page)
    again.publish()
    return again


def test_a_form_that_writes_the_same_again_is_no_version(client, admin_client, sheet):
    publish(sheet)
    before = sheet.revisions.order_by("pk").last()
    after = written_by_the_form(sheet)
    assert PageLogEntry.objects.filter(page=sheet.pk, action="wagtail.publish", revision=after).exists()
    (only,) = versions(sheet)
    assert only.is_first
    compared = admin_client.get(reverse("wagtailadmin_pages:revisions_compare", args=[sheet.pk, before.pk, after.pk]))
    assert compared.context["comparison"] == []


def test_comparing_shows_the_one_block_that_changed(admin_client, sheet):
    publish(sheet)
    before = sheet.revisions.order_by("pk").last()
    blocks = section_of(sheet, "leviers")
    blocks[0]["value"] = dict(blocks[0]["value"], text="L’élu préside.")
    publish(sheet, body=with_section(sheet, "leviers", blocks))
    after = sheet.revisions.order_by("pk").last()
    url = reverse("wagtailadmin_pages:revisions_compare", args=[sheet.pk, before.pk, after.pk])
    (only,) = admin_client.get(url).context["comparison"]
    shown = str(only.htmldiff())
    told = [re.findall(rf'class="[^"]*{kind}[^"]*">([^<]*)<', shown) for kind in ("deletion", "addition")]
    assert told == [["élue"], ["élu"]]
