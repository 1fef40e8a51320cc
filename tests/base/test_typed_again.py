"""What was typed before a session or a token expired is given back, and sent again from the page that answers."""

import re
from html import unescape

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portal.users.models import User
from tests.factories.site import make_site
from tests.form_views import NOT_FORMS, PUBLIC, views

pytestmark = pytest.mark.django_db
HERE = {"Origin": "http://testserver"}
TEXT = "Vingt lignes écrites & relues,\nsur « deux » paragraphes."


@pytest.fixture
def signed_out():
    """A browser whose session has expired; the page that it shows still has its token."""
    make_site()
    client = Client(enforce_csrf_checks=True)
    token = str(client.get("/comptes/login/").context["csrf_token"])
    return client, token


def hidden_fields(page):
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return [(unescape(name), unescape(value)) for name, value in found]


#: Pages of Wagtail that are not served here (404), or whose address is none without a value (301).
NOT_SERVED = {
    "wagtailadmin_password_reset",
    "wagtailadmin_password_reset_confirm",
    "wagtailmedia:add",
    "wagtailmedia:chooser_upload",
}
PRIVATE = [view for view in views() if view.takes_post and (view.is_ours or view.url.startswith("/admin/"))]


def test_every_form_of_signed_in_people_gives_back_what_was_typed(signed_out):
    """Ours and Wagtail’s, read from the URLconf."""
    client, token = signed_out
    posted = {"csrfmiddlewaretoken": token, "text": TEXT, "choices": ["a", "b"]}
    lost = {}
    for view in PRIVATE:
        if view.name in {*PUBLIC, *NOT_FORMS, *NOT_SERVED}:
            continue
        response = client.post(view.url, posted, headers=HERE)
        page = response.content.decode()
        typed = [pair for pair in hidden_fields(page) if pair[0] != "csrfmiddlewaretoken"]
        is_kept = typed == [("text", TEXT), ("choices", "a"), ("choices", "b")] and f'action="{view.url}"' in page
        if response.status_code != 403 or not is_kept or "Votre session a expiré" not in page:
            lost[view.name] = response.status_code
    assert len(PRIVATE) > 120
    assert lost == {}


def test_the_exceptions_are_views():
    assert set(NOT_FORMS) | PUBLIC <= {view.name for view in views()}


def test_after_the_sign_in_the_page_is_sent_again_without_a_script(signed_out):
    """The new session has another token: the page comes once more, with a good one."""
    client, token = signed_out
    url = reverse("notice_settings")
    page = client.post(url, {"csrfmiddlewaretoken": token, "rhythm": "chaque-avis"}, headers=HERE).content.decode()
    client.force_login(User.objects.create_user("a@exemple.example"))
    client.get(reverse("account_home"))
    page = client.post(url, dict(hidden_fields(page)), headers=HERE)
    if page.status_code == 403:
        page = client.post(url, dict(hidden_fields(page.content.decode())), headers=HERE)
    assert page.status_code == 302


def test_nothing_to_give_back_leads_to_the_login_page(signed_out):
    client, token = signed_out
    for posted in ({"csrfmiddlewaretoken": token}, {"csrfmiddlewaretoken": token, "text": "  "}):
        response = client.post(reverse("notice_settings"), posted, headers=HERE)
        assert response.status_code == 302
        assert response.url.startswith(settings.LOGIN_URL if "/" in settings.LOGIN_URL else "/comptes/login/")


def test_a_file_cannot_be_given_back_and_its_name_is_said(signed_out):
    client, token = signed_out
    file = SimpleUploadedFile("accord signé.pdf", b"%PDF-")
    posted = {"csrfmiddlewaretoken": token, "role": "infirmière", "file": file}
    response = client.post("/admin/pages/1/voix/ajouter/", posted, headers=HERE)
    assert "no-store" in response["Cache-Control"]
    page = response.content.decode()
    assert "Choisissez de nouveau le fichier «&nbsp;accord signé.pdf&nbsp;»" in page
    assert '<input type="file" id="fichier-1" name="file">' in page
    assert 'enctype="multipart/form-data"' in page


def test_a_form_of_another_site_is_never_offered_for_sending(client):
    """One click on a page that shows a stranger’s values would do what the stranger wrote."""
    make_site()
    client = Client(enforce_csrf_checks=True)
    client.get("/comptes/login/")
    for headers in ({"Origin": "https://ailleurs.example"}, {"Origin": "null"}, {}):
        page = client.post("/compte/avis/", {"csrfmiddlewaretoken": "x" * 64, "text": TEXT}, headers=headers)
        assert page.status_code == 403
        assert "Vingt lignes" not in page.content.decode()


def test_a_token_that_no_longer_holds_gives_the_text_back(signed_out):
    client, _ = signed_out
    posted = {"csrfmiddlewaretoken": "x" * 64, "message": TEXT}
    page = client.post("/signaler-une-erreur/1/", posted, headers=HERE)
    assert page.status_code == 403
    assert ("message", TEXT) in hidden_fields(page.content.decode())


def test_codes_and_passwords_are_never_given_back(signed_out):
    client, _ = signed_out
    posted = {"csrfmiddlewaretoken": "x" * 64, "login": "a@exemple.example", "password": "ne-pas-rendre"}
    page = client.post("/comptes/login/", posted, headers=HERE)
    assert page.status_code == 403
    assert "ne-pas-rendre" not in page.content.decode()
