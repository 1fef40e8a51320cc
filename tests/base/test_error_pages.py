"""What an error leaves: a page that says the truth, a line that a machine reads, a mail; nothing about people."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from portal.base import error_pages
from portal.base.logs import AdministratorsHandler, JsonFormatter, describe, masked

ADDRESS = "camille.martin@exemple.example"
SECRET = "jeton-secret"


def broken(request: HttpRequest, token: str) -> HttpResponse:
    raise ValueError(f"{request.POST.get('email')} {token}")


urlpatterns = [path("casse/<str:token>/", broken), path("", include("portal.urls"))]
handler400, handler500 = error_pages.bad_request, error_pages.server_error


class Lines(logging.Handler):
    """The log lines as production writes them."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[dict] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.found.append(json.loads(JsonFormatter().format(record)))


@pytest.fixture
def handled():
    """In the place of the handlers of Django, as in production: one mails the whole request."""
    cache.clear()
    lines, root, django = Lines(), logging.getLogger(), logging.getLogger("django")
    ours, theirs = [lines, AdministratorsHandler()], django.handlers
    root.handlers, django.handlers = [*root.handlers, *ours], []
    yield lines.found
    root.handlers, django.handlers = [each for each in root.handlers if each not in ours], theirs


def break_it(**kw: object) -> HttpResponse:
    client = Client(raise_request_exception=False)
    return client.post(f"/casse/{SECRET}/?q=insomnie", {"email": ADDRESS, **kw}, REMOTE_ADDR="203.0.113.77")


@pytest.mark.urls(__name__)
class TestUnhandledError:
    def test_leaves_one_line_that_names_the_request_and_nobody(self, handled):
        response = break_it()
        assert response.status_code == 500
        [line] = handled
        assert line["message"] == "500 Internal Server Error"
        assert (line["level"], line["method"], line["route"]) == ("ERROR", "POST", "casse/<str:token>/")
        assert line["request_id"] == response["X-Request-ID"]
        assert line["trace"][-1] == "ValueError" and "tests/base/test_error_pages.py" in line["trace"][-2]
        for private in (ADDRESS, SECRET, "insomnie", "203.0.113.77"):
            assert private not in json.dumps(line)

    def test_page_shows_the_number_and_needs_nothing(self):
        """No database mark here: a query would fail this test."""
        response = break_it()
        page = response.content.decode()
        assert response["X-Request-ID"] in page and len(response["X-Request-ID"]) == 16
        assert "Le portail a rencontré une erreur" in page and "3114" in page
        assert "/static/css/portal.css" in page

    def test_page_survives_a_missing_stylesheet(self, monkeypatch):
        def missing(name: str) -> str:
            raise ValueError("Missing staticfiles manifest entry")

        monkeypatch.setattr(error_pages, "static", missing)
        assert "Le portail a rencontré une erreur" in break_it().content.decode()

    def test_team_is_said_to_be_told_when_it_is(self, settings, handled):
        assert "L’équipe est prévenue" not in break_it().content.decode()
        assert not mail.outbox
        settings.ADMINS = [("", "equipe@clsm.example")]
        response = break_it()
        assert "L’équipe est prévenue" in response.content.decode()
        [message] = mail.outbox
        assert message.to == ["equipe@clsm.example"]
        assert message.subject == "[Portail CLSM] ValueError"
        assert response["X-Request-ID"] in message.body and "test_error_pages.py" in message.body
        assert ADDRESS not in message.body and SECRET not in message.body

    def test_the_same_error_is_mailed_once_an_hour(self, settings, handled):
        settings.ADMINS = [("", "equipe@clsm.example")]
        break_it()
        break_it()
        assert len(mail.outbox) == 1

    def test_a_cache_that_fails_keeps_no_mail(self, settings, handled, monkeypatch):
        def fails(*args: object) -> bool:
            raise ConnectionError

        settings.ADMINS = [("", "equipe@clsm.example")]
        monkeypatch.setattr(cache, "add", fails)
        break_it()
        break_it()
        assert len(mail.outbox) == 1


def test_two_requests_have_two_numbers(client):
    first, second = (client.get("/robots.txt")["X-Request-ID"] for _ in range(2))
    assert first != second


class TestRefusals:
    """Each in French, with its number, without the database."""

    def test_bad_request(self, settings, handled):
        settings.ALLOWED_HOSTS = ["portail.example"]
        response = Client().get("/", headers={"host": "ailleurs.example"})
        assert response.status_code == 400
        assert "Le portail ne comprend pas cette demande" in response.content.decode()
        assert response["X-Request-ID"] in response.content.decode()
        assert "ailleurs.example" not in json.dumps(handled)

    def test_too_many_fields(self, settings):
        settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 2
        response = Client().post("/comptes/login/", {"a": 1, "b": 2, "c": 3})
        assert response.status_code == 400
        assert "trop long" in response.content.decode()

    @pytest.mark.django_db
    def test_forged_form(self):
        response = Client(enforce_csrf_checks=True).post("/comptes/login/", {"login": "x"})
        page = response.content.decode()
        assert response.status_code == 403
        assert "Rien n’a été enregistré" in page and "refuse le cookie" in page

    @pytest.mark.django_db
    def test_too_many_requests(self, settings):
        settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
        cache.clear()
        for _ in range(2):
            response = Client().post("/comptes/login/", {"login": "x@y.example", "password": "non"})
        assert response.status_code == 429
        assert "Trop de demandes en peu de temps" in response.content.decode()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"550 <{ADDRESS}> refusé", "550 <…> refusé"),
        ("GET /recherche/?q=insomnie&page=2 lent", "GET /recherche/?… lent"),
        ("de 203.0.113.77 à 2001:db8::1", "de … à …"),
        ("appeler 06 39 98 12 34", "appeler …"),
        ("Fiche 1234 : 12 documents, à 10:30:00", "Fiche 1234 : 12 documents, à 10:30:00"),
    ],
)
def test_what_looks_personal_is_masked(text, kept):
    assert masked(text) == kept


def test_an_error_keeps_its_words_when_they_are_about_code():
    assert describe(AttributeError("'NoneType' object has no attribute 'pk'")).endswith("has no attribute 'pk'")
    assert describe(ValueError(ADDRESS)) == "ValueError"


@task()
def failing_task() -> None:
    raise ValueError(ADDRESS)


@pytest.mark.django_db
def test_a_background_task_that_fails_is_logged_and_keeps_no_address(handled):
    failing_task.enqueue()
    [line] = handled
    assert line["message"].startswith("Task id=") and line["trace"][-1] == "ValueError"
    assert ADDRESS not in json.dumps(line)
    row = DBTaskResult(
        task_path=failing_task.module_path, args_kwargs={"args": [], "kwargs": {}}, backend_name="default"
    )
    try:
        failing_task.call()
    except ValueError as error:
        row.set_failed(error)
    kept = DBTaskResult.objects.values_list("traceback", flat=True).get()
    assert "test_error_pages.py" in kept and kept.endswith("ValueError")
    assert ADDRESS not in kept


PRODUCTION = {
    "PATH": os.environ["PATH"],
    "DJANGO_SETTINGS_MODULE": "portal.settings.production",
    "SECRET_KEY": "une-cle-de-test-assez-longue-pour-etre-prise-au-serieux-0123456789",
    "ALLOWED_HOSTS": "portail.example",
    "BASE_URL": "https://portail.example",
}


def manage(*args: str, **environment: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "manage.py", *args]
    kept = {"env": environment, "cwd": Path(django_settings.BASE_DIR), "capture_output": True, "text": True}
    return subprocess.run(command, **kept, check=False)


def test_a_command_that_fails_in_production_is_logged(tmp_path):
    """On a database without a table."""
    done = manage("send_notices", **PRODUCTION, VAR_DIR=str(tmp_path))
    line = json.loads(done.stderr.splitlines()[-1])
    assert done.returncode == 1
    assert (line["logger"], line["message"]) == ("portal.commands", "Command send_notices failed")
    assert line["trace"][-1].startswith("OperationalError: no such table")
    assert "Traceback" not in done.stderr


class TestDotEnv:
    """The file beside the code, of a portal whose ``manage.py`` and ``wsgi.py`` are links to ours."""

    WRITTEN = {name: value for name, value in PRODUCTION.items() if name not in ("PATH", "DJANGO_SETTINGS_MODULE")}

    def run(self, folder: Path, program: str, written: dict[str, str], **environment: str) -> str:
        """Its settings (module, hosts, debugging, key), or what ``program`` says when it refuses."""
        (folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in written.items()))
        (folder / program).parent.mkdir(exist_ok=True)
        (folder / program).symlink_to(Path(django_settings.BASE_DIR) / program)
        name = "__main__" if program == "manage.py" else "wsgi"
        code = (
            "import runpy, sys; sys.argv = ['manage.py', 'diffsettings', '--output', 'unified']\n"
            f"runpy.run_path('{folder / program}', run_name='{name}')\n"
            "from django.conf import settings as s; print(s.SETTINGS_MODULE, s.ALLOWED_HOSTS, s.DEBUG, s.SECRET_KEY)"
        )
        own = {"PATH": os.environ["PATH"], "VAR_DIR": str(folder)} | environment
        command, where = [sys.executable, "-c", code], django_settings.BASE_DIR
        done = subprocess.run(command, cwd=where, env=own, capture_output=True, text=True, check=False)
        return done.stdout.splitlines()[-1] if done.returncode == 0 else done.stderr

    def test_tells_commands_their_settings_and_the_environment_comes_first(self, tmp_path):
        written = self.WRITTEN | {"DJANGO_SETTINGS_MODULE": "portal.settings.production"}
        found = self.run(tmp_path, "manage.py", written, ALLOWED_HOSTS="autre.example")
        assert found == f"portal.settings.production ['autre.example'] False {PRODUCTION['SECRET_KEY']}"

    def test_of_a_portal_keeps_commands_from_running_in_development(self, tmp_path):
        said = self.run(tmp_path, "manage.py", self.WRITTEN)
        assert "DJANGO_SETTINGS_MODULE=portal.settings.production" in said

    def test_is_read_by_the_server_which_is_in_production_anyway(self, tmp_path):
        found = self.run(tmp_path, "portal/wsgi.py", self.WRITTEN)
        assert found == f"portal.settings.production ['portail.example'] False {PRODUCTION['SECRET_KEY']}"
