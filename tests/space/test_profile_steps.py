"""« Mettre à jour mon profil »: the steps read and write the draft of the page, and lose nothing of anybody's."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.admin.panels.group import PanelGroup

from network.models import ClsmPage, TypedProfile
from portal.space.profile.plain_text import is_plain, to_html, to_text
from portal.space.profile.questionnaire import LEFT_TO_CENTRE, QUESTIONNAIRE, STEPS
from portal.taxonomies.models import Vocabulary
from tests.factories.network import (
    make_clsm,
    make_coordinator,
    make_organisation,
    make_term,
    make_theme,
)
from tests.refusals import told

pytestmark = pytest.mark.django_db


@pytest.fixture
def clsm(home):
    return make_clsm(is_vacant=False)


@pytest.fixture
def person(client, clsm):
    user = make_coordinator(clsm)
    client.force_login(user)
    return user


def step_url(clsm: ClsmPage, key: str) -> str:
    return reverse("profile_step", args=[clsm.pk, key])


def step_of(name: str) -> str:
    return QUESTIONNAIRE.step_with(name).key


def draft_of(clsm: ClsmPage) -> ClsmPage:
    return ClsmPage.objects.get(pk=clsm.pk).get_latest_revision_as_object()


def shown_revision(client: Client, clsm: ClsmPage, key: str) -> str:
    page = client.get(step_url(clsm, key)).content.decode()
    found = re.search(r'name="revision" value="(\d+)"', page)
    assert found
    return found[1]


def save(client: Client, clsm: ClsmPage, name: str, values: Any, revision: str | None = None, **more: Any) -> Any:
    """What the browser posts when one field of a step was changed."""
    key = step_of(name)
    revision = revision or shown_revision(client, clsm, key)
    data = {"revision": revision, "present": [name], name: values, "vers": "ici", **more}
    return client.post(step_url(clsm, key), data)


def autosave(client: Client, clsm: ClsmPage, name: str, values: Any, revision: str) -> Any:
    data = {"revision": revision, "present": [name], name: values}
    return client.post(reverse("profile_autosave", args=[clsm.pk]), data)


def panel_names(group: PanelGroup) -> set[str]:
    names = set()
    for child in group.children:
        if isinstance(child, InlinePanel):
            names.add(child.relation_name)
        elif isinstance(child, FieldPanel):
            names.add(child.field_name)
        elif isinstance(child, PanelGroup):
            names |= panel_names(child)
    return names


def test_every_field_of_the_full_form_is_in_one_step_or_stays_with_the_centre():
    asked = panel_names(ClsmPage.get_edit_handler())
    in_steps = [name for step in STEPS for name in step.fields]
    assert len(in_steps) == len(set(in_steps))
    assert asked - set(in_steps) == LEFT_TO_CENTRE
    assert set(in_steps) <= asked


PLAIN = [
    ("generic_email", "clsm@territoire.example", "clsm@territoire.example"),
    ("is_vacant", "oui", True),
    ("is_vacant", "non", False),
    ("vacant_since", "2026-03-01", date(2026, 3, 1)),
    ("website", "https://clsm.example/", "https://clsm.example/"),
    ("title", "CLSM d’exemple, nouveau nom", "CLSM d’exemple, nouveau nom"),
    ("short_description", "Un CLSM fictif.", "Un CLSM fictif."),
    ("description", "Un début.\n\n- un\n- deux", "<p>Un début.</p><ul><li>un</li><li>deux</li></ul>"),
    ("declared_population", "12000", 12000),
    ("declared_population", "", None),
    ("created_on", "2020-05-04", date(2020, 5, 4)),
    ("user_representation", "construction", "construction"),
    ("has_complex_cases_committee", "oui", True),
    ("has_complex_cases_committee", "", None),
    ("health_contract", "projet", "projet"),
    ("roadmap_period", "2024-2028", "2024-2028"),
    ("diagnosis_year", "2023", 2023),
]


@pytest.mark.parametrize(("name", "typed", "kept"), PLAIN)
def test_a_plain_field_is_kept_in_the_draft_and_shown_again(client, clsm, person, name, typed, kept):
    response = save(client, clsm, name, typed)
    assert response.status_code == 302 and response.url == step_url(clsm, step_of(name))
    if clsm.latest_revision or kept != getattr(clsm, name):
        draft = draft_of(clsm)
        assert getattr(draft, name) == kept
        assert draft.latest_revision.user == person
    if typed and name not in ("is_vacant",):
        page = client.get(step_url(clsm, step_of(name))).content.decode()
        shown = f"{kept:%d/%m/%Y}" if isinstance(kept, date) else typed.splitlines()[0]
        assert shown in page
    assert ClsmPage.objects.get(pk=clsm.pk).title == clsm.title  # nothing is public yet


def test_a_choice_of_one_and_of_several_is_kept(client, clsm, person):
    scale = make_term(Vocabulary.SCALE, "intercommunale")
    audience = make_term(Vocabulary.AUDIENCE, "jeunes")
    theme, other = make_theme(), make_theme("logement")
    carrier = make_organisation("Syndicat d’exemple")
    save(client, clsm, "scale", scale.pk)
    save(client, clsm, "audiences", [audience.pk])
    save(client, clsm, "themes", [theme.pk, other.pk])
    save(client, clsm, "carrier", carrier.pk)
    draft = draft_of(clsm)
    assert (draft.scale, list(draft.audiences.all()), draft.carrier) == (scale, [audience], carrier)
    assert set(draft.themes.all()) == {theme, other}
    save(client, clsm, "audiences", [])
    assert list(draft_of(clsm).audiences.all()) == []


PARTS = [
    ("qpv_items", ["Les Pins", "QN03401M"], ("name", "code"), ("Les Pins", "QN03401M")),
    ("sector_items", ["adulte", "34G01", "CH fictif"], ("kind", "code", "hospital"), ("adulte", "34G01", "CH fictif")),
    ("cofacilitation_items", ["CH fictif", "Pôle", "Cadre"], ("hospital", "role"), ("CH fictif", "Cadre")),
    ("working_group_items", ["Logement", "", "", "pause"], ("title", "status"), ("Logement", "pause")),
    ("report_items", ["2024", "Bilan", ""], ("year", "title"), (2024, "Bilan")),
]


@pytest.mark.parametrize(("name", "cells", "columns", "kept"), PARTS)
def test_a_repeated_part_is_kept_and_an_empty_row_is_no_row(client, clsm, person, name, cells, columns, kept):
    empty = [""] * len(cells)
    save(client, clsm, name, [*cells, *empty, *cells])
    rows = getattr(draft_of(clsm), name).all()
    assert [tuple(getattr(row, column) for column in columns) for row in rows] == [kept, kept]
    page = client.get(step_url(clsm, step_of(name))).content.decode()
    assert page.count(f'value="{cells[0]}"') >= 2 or page.count(cells[0]) >= 2
    save(client, clsm, name, [])
    assert list(getattr(draft_of(clsm), name).all()) == []


def test_a_body_keeps_its_day_and_its_place(client, clsm, person):
    kind = make_term(Vocabulary.BODY_TYPE, "assemblee-pleniere")
    first = clsm.body_items.get()
    old = [str(first.kind_id), "", "", "", ""]
    save(client, clsm, "body_items", [str(kind.pk), "Plénière", "une fois par an", "2026-06-01", "Élus", *old])
    bodies = list(draft_of(clsm).body_items.all())
    assert [(body.kind_id, body.label, body.last_meeting) for body in bodies] == [
        (kind.pk, "Plénière", date(2026, 6, 1)),
        (first.kind_id, "", None),
    ]
    assert bodies[1].pk == first.pk  # the one that did not change stays the same row


def test_what_cannot_be_read_is_kept_as_typed_and_said_beside_its_cell(client, clsm, person):
    kind = make_term(Vocabulary.BODY_TYPE, "comite-technique")
    response = save(client, clsm, "body_items", [str(kind.pk), "Comité", "", "31/02/2026", ""], vers="suite")
    assert "quelque chose est à corriger" in told(client.get(response.url))
    page = client.get(step_url(clsm, "instances")).content.decode()
    assert 'value="31/02/2026"' in page and 'id="id_body_items_0_last_meeting_error"' in page
    assert clsm.latest_revision is None and TypedProfile.objects.get(clsm=clsm).typed
    check = client.get(reverse("profile_check", args=[clsm.pk])).content.decode()
    assert "Instances (à corriger)" in check


def test_a_profile_without_a_name_is_not_saved(client, clsm, person):
    save(client, clsm, "title", "  ")
    assert "écrivez-en un" in client.get(step_url(clsm, "presentation")).content.decode()
    assert clsm.title == ClsmPage.objects.get(pk=clsm.pk).draft_title


def test_a_text_with_a_layout_stays_in_the_full_form(client, clsm, person):
    html = '<p>Voir <a href="https://clsm.example">le site</a></p>'
    clsm.description = html
    clsm.save_revision()
    page = client.get(step_url(clsm, "presentation")).content.decode()
    assert "modifiez-le dans le formulaire complet" in page and "readonly" in page
    save(
        client,
        clsm,
        "description",
        "Voir le site",
        short_description="Autre",
        present=["description", "short_description"],
    )
    draft = draft_of(clsm)
    assert (draft.description, draft.short_description) == (html, "Autre")


@pytest.mark.parametrize("html", ["<p>Un.</p><p>Deux<br/>trois</p>", "<p>À :</p><ul><li>x &amp; y</li></ul>", ""])
def test_a_plain_text_comes_back_as_it_was(html):
    assert is_plain(html) and to_html(to_text(html)) == html
    assert is_plain(html.replace("<p>", '<p data-block-key="a1b2c">'))


@pytest.mark.parametrize("html", ["<h2>Titre</h2>", "<p><b>Gras</b></p>", "<ol><li>un</li></ol>", "<p>- tiret</p>"])
def test_a_layout_is_not_plain(html):
    assert not is_plain(html)
