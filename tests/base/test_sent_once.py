"""Two clicks on one form, as a page showed it, make one thing; a text that changed is another sending."""

import time
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import get_messages
from django.core.cache import cache
from django.http import HttpResponseRedirect
from django.test import Client
from django.utils import timezone

from caps_sheets.capitalisation.models import CensusAnswer
from portal.base.models import SentForm
from portal.base.sent_once import SentOnceMiddleware
from portal.moderation import error_reports
from portal.moderation.models import ErrorReport
from tests.factories.network import make_clsm, make_coordinator
from tests.factories.sheets import make_sheet
from tests.factories.site import make_site
from tests.form_views import forms

pytestmark = pytest.mark.django_db
MESSAGE = "Le nombre de participants est faux."


@pytest.fixture
def report_url():
    cache.clear()  # five reports an hour
    make_site()
    return f"/signaler-une-erreur/{make_sheet().pk}/"


def token(client, url):
    return str(client.get(url).context["csrf_token"])


def test_every_form_sent_twice_reaches_its_view_once(rf):
    reached = []

    def answer(request):
        reached.append(request.path)
        return HttpResponseRedirect("/fait/")

    middleware = SentOnceMiddleware(answer)
    urls = [form.url for form in forms()]
    for url in [*urls, *urls]:
        request = rf.post(url, {"csrfmiddlewaretoken": "x" * 64, "text": MESSAGE})
        request.user = AnonymousUser()
        response = middleware.process_view(request, answer, (), {}) or middleware(request)
        assert (response.status_code, response.url) == (302, "/fait/")
    assert len(urls) > 70
    assert reached == urls


def test_the_same_form_sent_twice_is_answered_twice_and_received_once(client, report_url):
    posted = {"csrfmiddlewaretoken": token(client, report_url), "message": MESSAGE}
    first, second = client.post(report_url, posted), client.post(report_url, posted)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.url == second.url
    assert ErrorReport.objects.count() == 1


def test_two_clicks_on_declare_an_action_make_one(client):
    clsm = make_clsm()
    client.force_login(make_coordinator(clsm))
    posted = {"csrfmiddlewaretoken": token(client, f"/mon-clsm/{clsm.pk}/actions/")}
    new = f"/mon-clsm/{clsm.pk}/actions/nouvelle/"
    assert client.post(new, posted).url == client.post(new, posted).url
    assert CensusAnswer.objects.count() == 1
    posted = {"csrfmiddlewaretoken": token(client, f"/mon-clsm/{clsm.pk}/actions/")}
    client.post(new, posted)
    assert CensusAnswer.objects.count() == 2  # the page was shown again: a new action is meant


def test_a_text_corrected_after_back_is_sent_and_so_is_the_first_one_again(client, report_url):
    posted = {"csrfmiddlewaretoken": token(client, report_url)}
    for message in (MESSAGE, f"{MESSAGE} Il y en avait douze.", MESSAGE):
        client.post(report_url, posted | {"message": message})
    assert ErrorReport.objects.count() == 3


def test_a_refused_form_may_be_sent_again_unchanged(client, report_url, monkeypatch):
    posted = {"csrfmiddlewaretoken": token(client, report_url), "message": MESSAGE}
    monkeypatch.setattr("portal.moderation.report_views.too_many", lambda *_: True)
    assert client.post(report_url, posted).status_code == 200
    monkeypatch.undo()
    assert client.post(report_url, posted).status_code == 302
    assert ErrorReport.objects.count() == 1


def test_a_form_whose_view_fails_may_be_sent_again(client, report_url, monkeypatch):
    posted = {"csrfmiddlewaretoken": token(client, report_url), "message": MESSAGE}
    client.raise_request_exception = False
    monkeypatch.setattr("portal.moderation.report_views.receive", lambda *_: 1 / 0)
    assert client.post(report_url, posted).status_code == 500
    monkeypatch.undo()
    assert client.post(report_url, posted).status_code == 302
    assert ErrorReport.objects.count() == 1


def test_another_account_is_not_answered_with_the_first_ones_answer(client):
    clsm = make_clsm()
    posted = {"csrfmiddlewaretoken": "x"}
    for name in ("a", "b"):
        client.force_login(make_coordinator(clsm, email=f"{name}@exemple.example"))
        client.post(f"/mon-clsm/{clsm.pk}/actions/nouvelle/", posted)
    assert CensusAnswer.objects.count() == 2


def test_a_sending_is_known_for_an_hour(client, report_url):
    posted = {"csrfmiddlewaretoken": token(client, report_url), "message": MESSAGE}
    client.post(report_url, posted)
    SentForm.objects.update(sent_at=timezone.now() - timedelta(minutes=59))
    client.post(report_url, posted)
    assert ErrorReport.objects.count() == 1
    SentForm.objects.update(sent_at=timezone.now() - timedelta(minutes=61))
    client.post(report_url, posted)
    assert ErrorReport.objects.count() == 2
    assert SentForm.objects.count() == 1  # the old ones are forgotten


def test_what_a_script_sends_by_itself_is_not_a_form(client, report_url):
    posted = {"csrfmiddlewaretoken": token(client, report_url), "message": MESSAGE}
    for headers in ({"Accept": "application/json"}, {"Sec-Fetch-Mode": "cors"}):
        client.post(report_url, posted, headers=headers)
    assert ErrorReport.objects.count() == 2


def test_what_was_done_is_said_even_when_the_first_answer_never_arrived(client):
    """The browser drops the answer of the first click, cookies included."""
    clsm = make_clsm()
    client.force_login(make_coordinator(clsm))
    client.get("/mon-clsm/")
    url = f"/mon-clsm/{clsm.pk}/confirmer/"
    posted = {"csrfmiddlewaretoken": token(client, f"/mon-clsm/{clsm.pk}/")}
    cookies = client.cookies.copy()
    client.post(url, posted)
    client.cookies = cookies
    page = client.get(client.post(url, posted).url)
    assert [str(each) for each in get_messages(page.wsgi_request)]


def test_a_second_click_waits_for_the_answer_of_the_first(client, report_url, monkeypatch):
    posted = {"csrfmiddlewaretoken": token(client, report_url), "message": MESSAGE}
    real = error_reports.receive

    def second_click(*args):
        """While the first is being answered; ``sleep`` is what the second does until then."""
        monkeypatch.setattr(error_reports, "receive", real)
        monkeypatch.setattr(time, "sleep", lambda _: SentForm.objects.update(location="/fait/"))
        assert Client().post(report_url, posted).url == "/fait/"
        return real(*args)

    monkeypatch.setattr(error_reports, "receive", second_click)
    client.post(report_url, posted)
    assert ErrorReport.objects.count() == 1


def test_a_second_click_that_waits_in_vain_does_nothing_and_says_it(client, report_url, monkeypatch):
    posted = {"csrfmiddlewaretoken": token(client, report_url), "message": MESSAGE}
    client.post(report_url, posted)
    SentForm.objects.update(location="")
    monkeypatch.setattr("portal.base.sent_once.WAIT", 0)
    page = client.post(report_url, posted)
    assert page.status_code == 409
    assert "encore en cours" in page.content.decode()
    assert ErrorReport.objects.count() == 1
    SentForm.objects.update(sent_at=timezone.now() - timedelta(minutes=3))  # its process died
    client.post(report_url, posted)
    assert ErrorReport.objects.count() == 2
