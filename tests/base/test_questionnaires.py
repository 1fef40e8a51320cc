"""Questionnaires in steps, over a model that is not the census: what any room gets from its declaration."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.db import connection, models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.test import Client
from django.test.utils import isolate_apps
from django.urls import path, reverse
from django.utils.decorators import method_decorator

from portal.base.questionnaires.models import TypedAnswer
from portal.base.questionnaires.questionnaire import Questionnaire, QuestionnaireStep
from portal.base.questionnaires.services import ShownRevisions, save_typed
from portal.base.questionnaires.views import StepView, save_fields
from portal.urls import urlpatterns as urls_of_the_portal

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

with isolate_apps("portal.base"):

    class Visit(TypedAnswer):
        class Mood(models.TextChoices):
            GLAD = "bien", "bien passé"
            SAD = "mal", "mal passé"

        place = models.CharField("lieu", max_length=20, blank=True, help_text="Une ville suffit.")
        day = models.DateField("jour", null=True, blank=True)
        people = models.PositiveIntegerField("nombre de personnes", null=True, blank=True)
        site = models.URLField("site", blank=True)
        mood = models.CharField("ressenti", max_length=4, choices=Mood.choices, blank=True)
        again = models.BooleanField("à refaire", null=True, blank=True)
        is_sent = models.BooleanField(default=False)

        class Meta:
            app_label = "portal_base"

        def __str__(self) -> str:
            return self.place or "Visite"


class VisitQuestionnaire(Questionnaire[Visit]):
    model = Visit
    steps = (
        QuestionnaireStep("ou", "Où et quand", "Le lieu et le jour.", ("place", "day", "site")),
        QuestionnaireStep("bilan", "Bilan", "Ce qui reste.", ("people", "mood", "again")),
    )
    required = ("place", "again")
    labels = {"again": "faut-il recommencer ?"}
    help_texts = {"day": "Le premier, s’il y en a plusieurs."}
    widgets = {"mood": forms.RadioSelect, "place": forms.TextInput({"autocomplete": "address-level2"})}

    def step_url(self, answer: Visit, step: QuestionnaireStep) -> str:
        return reverse("visit_step", args=[answer.pk, step.key])

    def closed_reason(self, answer: Visit) -> str:
        return "Cette visite est envoyée." if answer.is_sent else ""


QUESTIONNAIRE = VisitQuestionnaire()


def for_visit(view: Any) -> Any:
    def guarded(request: HttpRequest, pk: int, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, get_object_or_404(Visit, pk=pk), *args, **kwargs)

    return guarded


@method_decorator(for_visit, name="dispatch")
class VisitStepView(StepView):
    questionnaire = QUESTIONNAIRE
    layout = "pages/base/link_layout.html"
    copy_prefix = "visite"

    def autosave_url(self, answer: Visit) -> str:
        return reverse("visit_autosave", args=[answer.pk])

    def check_url(self, answer: Visit) -> str:
        return "/verifier/"

    def read_url(self, answer: Visit) -> str:
        return "/lire/"

    def quit_url(self, answer: Visit) -> str:
        return "/plus-tard/"


@for_visit
def autosave(request: HttpRequest, answer: Visit) -> HttpResponse:
    return save_fields(request, QUESTIONNAIRE, answer)


urlpatterns = [
    path("visite/<int:pk>/enregistrer/", autosave, name="visit_autosave"),
    path("visite/<int:pk>/<slug:key>/", VisitStepView.as_view(), name="visit_step"),
    *urls_of_the_portal,
]


@pytest.fixture
def visit() -> Iterator[Visit]:
    """A saved draft; its table goes with the transaction of the test."""
    create, parameters = connection.SchemaEditorClass(connection).table_sql(Visit)
    with connection.cursor() as cursor:
        cursor.execute(create, parameters)
    return Visit.objects.create()


def posted(visit: Visit, revision: int | None = None, **values: object) -> dict[str, object]:
    """What a page that showed ``revision`` posts about some fields."""
    shown = visit.revision if revision is None else revision
    return {"present": list(values), "revision": shown, "known": "{}", **values}


def step_url(visit: Visit, key: str = "ou") -> str:
    return reverse("visit_step", args=[visit.pk, key])


def page(client: Client, visit: Visit, key: str = "ou") -> str:
    return client.get(step_url(visit, key)).content.decode()


class TestSaving:
    def test_the_fields_that_changed_are_written(self, visit):
        typed = {"place": ["Arles"], "day": ["2026-03-01"], "again": ["non"], "mood": ["bien"]}
        assert save_typed(QUESTIONNAIRE, visit, typed, ShownRevisions(0)).revision == 1
        visit.refresh_from_db()
        assert (visit.place, f"{visit.day}", visit.again, visit.mood) == ("Arles", "2026-03-01", False, "bien")
        assert save_typed(QUESTIONNAIRE, visit, typed, ShownRevisions(1)).revision == 1, "nothing changed"

    def test_an_input_that_cannot_be_parsed_is_kept_as_typed(self, visit):
        Visit.objects.update(people=12)
        saved = save_typed(QUESTIONNAIRE, visit, {"people": ["une trentaine"]}, ShownRevisions(0))
        visit.refresh_from_db()
        assert list(saved.errors) == ["people"]
        assert (visit.people, visit.typed) == (12, {"people": ["une trentaine"]})
        assert QUESTIONNAIRE.raw_value(visit, "people") == ["une trentaine"]
        save_typed(QUESTIONNAIRE, visit, {"people": ["30"]}, ShownRevisions(1))
        visit.refresh_from_db()
        assert (visit.people, visit.typed) == (30, {})

    def test_a_field_that_somebody_else_changed_is_not_overwritten(self, visit):
        save_typed(QUESTIONNAIRE, visit, {"day": ["2026-03-01"]}, ShownRevisions(0))
        typed = {"day": ["2026-04-01"], "place": ["Arles"]}
        (conflict,) = save_typed(QUESTIONNAIRE, visit, typed, ShownRevisions(0)).conflicts
        assert (conflict.label, conflict.mine_text, conflict.theirs_text) == ("jour", "01/04/2026", "01/03/2026")
        visit.refresh_from_db()
        assert (f"{visit.day}", visit.place) == ("2026-03-01", "Arles")
        save_typed(QUESTIONNAIRE, visit, typed, ShownRevisions(0, {"day": 1}))
        visit.refresh_from_db()
        assert f"{visit.day}" == "2026-04-01"

    def test_a_field_outside_the_questionnaire_is_never_written(self, visit):
        save_typed(QUESTIONNAIRE, visit, {"is_sent": ["on"], "revision": ["9"]}, ShownRevisions(0))
        visit.refresh_from_db()
        assert (visit.is_sent, visit.revision) == (False, 0)


class TestReading:
    def test_what_is_missing_names_its_step(self, visit):
        visit.typed = {"people": ["beaucoup"]}
        missing = [(answer.label, answer.url) for answer in QUESTIONNAIRE.missing_answers(visit)]
        assert missing == [
            ("lieu", step_url(visit)),
            ("à refaire", step_url(visit, "bilan")),
            ("nombre de personnes (à corriger)", step_url(visit, "bilan")),
        ]
        visit.place, visit.again, visit.typed = "Arles", False, {}
        assert QUESTIONNAIRE.missing_answers(visit) == []

    def test_the_summary_reads_as_a_person_writes(self, visit):
        visit.again, visit.mood, visit.typed = True, "mal", {"people": ["beaucoup"]}
        summary = {line.label: line.text for part in QUESTIONNAIRE.summary(visit) for line in part.lines}
        assert summary == {
            "Lieu": "–",
            "Jour": "–",
            "Site": "–",
            "Nombre de personnes": "beaucoup",
            "Ressenti": "mal passé",
            "À refaire": "Oui",
        }

    def test_the_fields_follow_the_declaration(self, visit):
        fields = {name: QUESTIONNAIRE.build_field(visit, name) for name in QUESTIONNAIRE.fields}
        assert [name for name, field in fields.items() if field.required] == ["place", "again"]
        assert fields["again"].label == "Faut-il recommencer ?"
        assert (fields["place"].help_text, fields["day"].help_text[:10]) == ("Une ville suffit.", "Le premier")
        assert fields["place"].widget.attrs["autocomplete"] == "address-level2"
        assert fields["mood"].choices == [("bien", "Bien passé"), ("mal", "Mal passé")]
        assert fields["site"].clean("arles.example") == "https://arles.example"


class TestStepView:
    def test_a_step_shows_its_fields_and_saves_them(self, client, visit):
        html = page(client, visit)
        assert "Étape 1 sur 2" in html and 'data-field="place"' in html and 'data-field="people"' not in html
        assert f'data-copy="visite:{visit.pk}"' in html
        for button, url in (("suite", step_url(visit, "bilan")), ("quitter", "/plus-tard/"), ("bilan", None)):
            response = client.post(step_url(visit), posted(visit, place="Arles") | {"vers": button})
            assert response.url == (url or step_url(visit, "bilan"))
        assert client.post(step_url(visit, "bilan"), posted(visit) | {"vers": "suite"}).url == "/verifier/"
        assert 'value="Arles"' in page(client, visit)
        assert client.get(step_url(visit, "nulle-part")).status_code == 404

    def test_a_wrong_input_stays_on_its_step_with_the_reason(self, client, visit):
        response = client.post(step_url(visit, "bilan"), posted(visit, people="trente") | {"vers": "suite"})
        assert response.url == step_url(visit, "bilan")
        html = page(client, visit, "bilan")
        assert "quelque chose est à corriger" in html and 'value="trente"' in html and "field__error" in html

    def test_a_refused_file_is_told_beside_a_wrong_input(self, client, visit, monkeypatch):
        monkeypatch.setattr(VisitStepView, "save_files", lambda *arguments: "Le document n’a pas été joint.")
        client.post(step_url(visit, "bilan"), posted(visit, people="trente") | {"vers": "suite"})
        html = page(client, visit, "bilan")
        assert "Le document n’a pas été joint." in html and "quelque chose est à corriger" in html

    @pytest.mark.parametrize(("choice", "kept"), [("mienne", "Nîmes"), ("autre", "Arles")])
    def test_two_versions_are_shown_and_one_is_chosen(self, client, visit, choice, kept):
        client.post(step_url(visit), posted(visit, 0, place="Arles"))
        response = client.post(step_url(visit), posted(visit, 0, place="Nîmes") | {"vers": "suite"})
        assert response.status_code == 409
        assert "Arles" in response.content.decode() and "Nîmes" in response.content.decode()
        shown = response.context["revision"]
        choices = {"conflit": "oui", "choix_place": choice, "vers": "suite"}
        assert client.post(step_url(visit), posted(visit, shown, place="Nîmes") | choices).url.endswith("/bilan/")
        visit.refresh_from_db()
        assert visit.place == kept

    def test_the_script_saves_some_fields(self, client, visit):
        url = reverse("visit_autosave", args=[visit.pk])
        saved = client.post(url, posted(visit, place="Arles", people="trente")).json()
        assert (saved["revision"], list(saved["errors"]), saved["conflicts"]) == (1, ["people"], [])
        response = client.post(url, posted(visit, 0, place="Nîmes"))
        assert (response.status_code, response.json()["conflicts"][0]["theirs"]) == (409, ["Arles"])
        known = posted(visit, 0, place="Nîmes") | {"known": json.dumps({"place": 1})}
        assert client.post(url, known).status_code == 200

    def test_a_closed_answer_takes_nothing_and_gives_the_text_back(self, client, visit):
        Visit.objects.update(is_sent=True)
        assert client.get(step_url(visit)).url == "/lire/"
        response = client.post(step_url(visit), posted(visit, place="Trop tard"))
        assert response.status_code == 403
        assert "Trop tard" in response.content.decode() and "Cette visite est envoyée." in response.content.decode()
        refused = client.post(reverse("visit_autosave", args=[visit.pk]), posted(visit, place="Trop tard"))
        assert (refused.status_code, refused.json()) == (403, {"message": "Cette visite est envoyée."})
        visit.refresh_from_db()
        assert visit.place == ""
