"""The state is deduced from the audit: it cannot be claimed."""

from datetime import date

import pytest

from portal.base.models import AccessibilityPage
from tests.factories.site import make_site


@pytest.mark.parametrize(
    ("audit_date", "score", "state"),
    [
        (None, None, "non"),
        (None, 100, "non"),
        (date(2026, 1, 10), None, "non"),
        (date(2026, 1, 10), 49.99, "non"),
        (date(2026, 1, 10), 50, "partielle"),
        (date(2026, 1, 10), 99.99, "partielle"),
        (date(2026, 1, 10), 100, "totale"),
    ],
)
def test_state_follows_the_score(audit_date, score, state, monkeypatch):
    monkeypatch.setattr("portal.base.models.accessibility.timezone.localdate", lambda: date(2026, 2, 1))
    assert AccessibilityPage(audit_date=audit_date, audit_score=score).conformity() == state


@pytest.mark.parametrize(("today", "valid"), [(date(2029, 1, 10), True), (date(2029, 1, 11), False)])
def test_an_audit_lasts_three_years(today, valid):
    page = AccessibilityPage(audit_date=date(2026, 1, 10), audit_score=80)
    assert page.has_valid_audit(today) is valid


@pytest.mark.django_db
def test_statement_has_its_sections_in_order_and_no_score(client):
    make_site()
    html = client.get("/accessibilite/").content.decode()
    positions = [
        html.index(f"{heading}</h")
        for heading in (
            "État de conformité",
            "Résultat des tests",
            "Contenus non accessibles",
            "Établissement de cette déclaration",
            "Retour d’information et contact",
            "Voies de recours",
        )
    ]
    assert positions == sorted(positions)
    assert "non conforme" in html and "Défenseur des droits" in html and "71120" in html
    assert "% des critères" not in html


@pytest.mark.django_db
def test_title_follows_the_state():
    make_site()
    page = AccessibilityPage.objects.get()
    page.audit_date, page.audit_score = date.today(), 75
    page.save_revision().publish()
    assert AccessibilityPage.objects.get().title == "Accessibilité : partiellement conforme"
