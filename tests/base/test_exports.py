"""The lists and reports that Wagtail exports: in French, with the clock of Paris, as Excel opens them."""

import csv
import io
import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.urls import reverse
from wagtail.contrib.redirects.models import Redirect
from wagtail.log_actions import log

pytestmark = pytest.mark.django_db


def table(response) -> list[list[str]]:
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    text = response.getvalue().decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))


def test_the_history_of_the_site(admin_client, home):
    with time_machine.travel(datetime(2026, 7, 14, 22, 30, 5, 99, UTC), tick=False):
        log(instance=home, action="wagtail.edit")
        headings, *rows = table(admin_client.get(reverse("wagtailadmin_reports:site_history"), {"export": "csv"}))
    assert headings == ["ID", "Nom", "Type", "Type d’action", "Utilisateur", "Date/Heure"]
    assert "2026-07-15 00:30:05" in [row[-1] for row in rows]


@pytest.mark.parametrize("report", ["workflow", "workflow_tasks", "aging_pages", "locked_pages"])
def test_the_headings_of_a_report_are_in_french(admin_client, home, report):
    headings, *_ = table(admin_client.get(reverse(f"wagtailadmin_reports:{report}"), {"export": "csv"}))
    assert headings and not [one for one in headings if re.search("_|^[a-z]|by$", one)]


def test_the_list_of_redirects(admin_client, home):
    Redirect.add_redirect("/une", "https://exemple.fr/")
    rows = table(admin_client.get(reverse("wagtailredirects:index"), {"export": "csv"}))
    assert rows == [["Depuis", "Vers", "Type", "Site"], ["/une", "https://exemple.fr/", "permanent", ""]]
