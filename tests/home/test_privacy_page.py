"""« Données personnelles » says what the portal does: each sentence that a setting could belie is held to it."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from caps_sheets.capitalisation.interviews import files
from caps_sheets.podcasts.audience import counter
from network.messages.models import message
from portal.base import rate
from portal.moderation import dormant_accounts, error_reports
from portal.moderation.notices import delivery
from portal.site_setup.starting_texts import privacy_page
from portal.users.models import User
from search import search_terms
from tests.factories.site import make_news

TEXT = re.sub(r"<[^>]+>", " ", str(privacy_page.BODY))
ASSESSMENT = (settings.BASE_DIR / "docs" / "aipd.md").read_text()
TERMS = {
    entry["term"]: re.sub(r"<[^>]+>", "", entry["definition"])
    for name, value in privacy_page.BODY
    if name == "definitions"
    for entry in value
}


@pytest.mark.django_db
class TestCookies:
    def test_a_visitor_gets_none(self, client, home):
        assert "Aucun cookie n’est déposé" in TEXT
        for url in ("/", make_news().url, "/recherche/?q=deuil", "/fiches/", "/clsm/", "/robots.txt"):
            assert not client.get(url, follow=True).cookies, url

    @pytest.mark.parametrize("url", ["/comptes/login/", "/signaler-une-erreur/{}/"])
    def test_a_form_sets_one_that_goes_with_the_browser(self, client, home, url):
        assert "qui protège l’envoi et disparaît à la fermeture du navigateur" in TEXT
        cookies = client.get(url.format(make_news().pk)).cookies
        assert set(cookies) == {"csrftoken"}
        assert cookies["csrftoken"]["max-age"] == "" and cookies["csrftoken"]["expires"] == ""

    def test_an_account_has_two(self, home):
        assert "Deux cookies techniques suivent la connexion" in TEXT
        client, user = Client(), User.objects.create_user("camille@clsm.example", "quatre-mots-de-passe")
        client.get(reverse("account_login"))
        client.post(reverse("account_login"), {"login": user.email, "password": "quatre-mots-de-passe"})
        client.get("/compte/")
        assert {name for name, cookie in client.cookies.items() if cookie.value} == {"csrftoken", "sessionid"}


@pytest.mark.parametrize(
    ("term", "value"),
    [
        ("Compte sans connexion", f"{dormant_accounts.KEPT_MONTHS} mois, puis effacé"),
        ("Adresse laissée avec une erreur signalée", f"{error_reports.KEPT_MONTHS} mois"),
        ("Message à un CLSM ou au Centre", f"{message.KEPT_MONTHS} mois après le dernier échange"),
        ("Lettre à une personne sans compte", f"adresse après {delivery.LETTERS_KEPT_MONTHS} mois"),
        ("Décompte des écoutes du podcast, sans donnée sur les personnes", f"{counter.KEPT_MONTHS} mois"),
        (
            "Décompte des mots recherchés, sans donnée sur les personnes",
            f"{search_terms.KEPT_DAYS // 30} mois, {search_terms.RARE_KEPT_DAYS // 30} mois pour les mots rares",
        ),
    ],
)
def test_durations_are_those_of_the_code(term, value):
    assert value in TERMS[term]


def test_other_sentences_are_those_of_the_code():
    assert dormant_accounts.NOTICE_DAYS == 30 and "trente jours avant" in TERMS["Compte sans connexion"]
    assert counter.DAY == 24 * 3600 and "tenue en mémoire 24 heures" in TEXT
    assert rate.HOUR < counter.SALT_LIFETIME == 2 * counter.DAY and "tenue deux jours au plus" in TEXT


def test_the_impact_assessment_says_the_periods_of_the_code():
    months = f"{files.AFTER_PUBLICATION} mois après publication, {files.LONGEST} mois au plus après"
    assert f"{months} l’entretien" in ASSESSMENT and f"{months} le dépôt" in ASSESSMENT
    formats = ", ".join(name.upper() for name in settings.WAGTAILMEDIA["AUDIO_EXTENSIONS"])
    assert f"son ({formats})" in ASSESSMENT
