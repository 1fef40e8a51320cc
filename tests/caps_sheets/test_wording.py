"""The soft lint: it finds the words that hurt in all their forms, and leaves the others alone."""

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from caps_sheets.models.language import find
from portal.users.models import User
from tests.factories.sheets import PARAGRAPH, make_sheet

HARMFUL = {
    "mort par suicide": [
        "un suicide réussi",
        "des suicides ratés",
        "une tentative ratée",
        "des tentatives de suicide manquées",
        "il a raté son suicide",
        "réussir sa tentative de suicide",
    ],
    "mourir par suicide": ["commettre un suicide", "elle a commis un suicide", "ils commettent des suicides"],
    "hausse du nombre": ["une vague de suicides", "l’épidémie de suicides"],
    "schizophrénie": ["les schizophrènes", "un schizophrène", "Des schizophrènes"],
    "trouble bipolaire": ["les bipolaires.", "un bipolaire qui"],
    "trouble psychique": ["les fous", "un fou", "une folle,", "un malade mental", "des malades mentaux"],
    "vit avec": [
        "Il souffre de schizophrénie",
        "souffrant d’un trouble psychique",
        "souffrent de troubles anxieux",
        "une personne souffrant de graves troubles",
        "elle souffrait d'une dépression",
        "souffrir de la maladie",
    ],
    "hospitalis": ["il a été interné", "des internées", "l’internement"],
    "consomme des drogues": ["toxicomane", "les toxicos", "les drogués"],
}
HARMLESS = [
    "la souffrance psychique",
    "en souffrance",
    "souffrir de la chaleur",
    "elle souffre de solitude",
    "un fou rire",
    "des fous rires partagés",
    "Un garde-fou utile, des garde-fous",
    "un monde fou",
    "une folle envie de chanter",
    "les folles journées du quartier",
    "tentative de suicide",
    "mort par suicide",
    "prévention du suicide",
    "l’interne de garde, les internes du service",
    "en interne",
    "la schizophrénie",
    "une personne vivant avec une schizophrénie",
    "les Alcooliques anonymes",
    "un trouble bipolaire",
    "des idées suicidaires",
    "les conduites suicidaires",
    "le droit d’asile",
    "une réussite",
    "les boissons alcooliques interdites",
    "un projet manqué",
    "commettre une erreur",
    "la maladie mentale",
    "un épisode dépressif majeur",
]
PAIRS = [(words, better) for better, texts in HARMFUL.items() for words in texts]


@pytest.mark.parametrize(("words", "better"), PAIRS)
def test_finds_each_form_and_proposes_better(words, better):
    found = find(f"Ici, {words}")
    assert [one for one in found if better in one.better], found


@pytest.mark.parametrize("text", HARMLESS)
def test_leaves_the_others_alone(text):
    assert find(text) == []
    assert find(text.upper()) == []


@given(st.sampled_from(PAIRS), st.lists(st.sampled_from(HARMLESS)), st.lists(st.sampled_from(HARMLESS)))
def test_is_found_wherever_it_stands(pair, before, after):
    words, better = pair
    found = find(". ".join([*before, words, *after]))
    assert any(better in one.better for one in found)


@given(st.lists(st.sampled_from(HARMLESS), max_size=8))
def test_harmless_texts_stay_harmless_together(texts):
    assert find(". ".join(texts)) == []


@given(st.text(max_size=400))
def test_any_text_is_read_and_every_finding_is_in_it(text):
    read = " ".join(text.replace("\xa0", " ").split()).lower()
    for one in find(text):
        assert one.words
        assert len(one.words) <= max(len(read) * 2, 40)


@given(st.sampled_from(PAIRS))
def test_typing_does_not_matter(pair):
    words, _ = pair
    assert find(words.replace("’", "'")) and find(words.replace(" ", "\xa0")) and find(words.capitalize())


@pytest.mark.django_db
def test_the_author_reads_the_advice_and_nothing_is_blocked(client):
    words = {"type": "paragraph", "value": "<p>Des personnes qui souffrent de <b>troubles</b>.</p>"}
    sheet = make_sheet(live=False, hook="Un suicide réussi.", sections={"contexte": [PARAGRAPH, words]})
    client.force_login(User.objects.create_superuser("racine@clsm.example"))
    html = client.get(reverse("page_completeness", args=[sheet.pk])).content.decode()
    assert "« suicide réussi » : préférez « mort par suicide »" in html
    assert "1. Contexte et origine de l’action" in html and "« vit avec »" in html
    assert sheet.is_publishable()
