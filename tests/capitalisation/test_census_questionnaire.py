"""The questionnaire: prefilled, saved whatever it holds, lost by nothing, sent once complete."""

import json
from datetime import date

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from caps_sheets.capitalisation.census import services
from caps_sheets.capitalisation.census.editions import reuse, start
from caps_sheets.capitalisation.census.questionnaire import QUESTIONNAIRE, STEPS
from caps_sheets.capitalisation.models import CensusAnswer, CensusState, Wish
from network.models import CoordinatorAssignment
from portal.base.errors import RefusedError
from portal.site_setup.roles import ADMINISTRATION
from portal.taxonomies.models import Vocabulary
from tests.capitalisation.census_world import (
    autosave,
    former_coordinator,
    make_draft,
    post_step,
    step_url,
    typed,
    url,
)
from tests.factories.capitalisation import make_answer, make_member
from tests.factories.network import make_clsm, make_commune, make_coordinator, make_term, make_theme
from tests.refusals import METHOD, NOT_FOUND, SIGN_IN, assert_refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def clsm():
    return make_clsm(communes=[make_commune()], themes=[make_theme("logement")])


@pytest.fixture
def person(clsm, client):
    user = make_coordinator(clsm, job_title="Coordinatrice")
    client.force_login(user)
    return user


@pytest.fixture
def draft(clsm):
    return make_draft(clsm)


# Starting


def test_a_new_answer_is_filled_from_the_profile(client, clsm, person):
    CoordinatorAssignment.objects.filter(user=person).update(job_title="Chargée de mission CLSM")
    response = client.post(reverse("census_new", args=[clsm.pk]))
    answer = CensusAnswer.objects.get()
    assert response.url == step_url(answer)
    assert answer.clsm_id == clsm.pk
    assert answer.respondent == person
    assert answer.respondent_role == "Chargée de mission CLSM"
    assert answer.respondent_email == person.email
    assert [theme.slug for theme in answer.themes.all()] == ["logement"]
    assert [commune.name for commune in answer.communes.all()] == ["Clermont-l’Hérault"]
    assert answer.carrier_name == "Commune d’exemple"
    assert answer.state == CensusState.DRAFT


def test_what_the_profile_filled_in_is_unfolded_until_somebody_ticks(client, person, clsm):
    """A list of more than ten boxes folds away: not while its ticks are the portal's."""
    clsm.communes = [make_commune(f"34{number:03}", f"Commune {number}") for number in range(12)]
    draft = start(clsm, person)
    for number in range(12):
        make_theme(f"theme-{number}")
    answers = {"lieu-et-dates": ("communes", 12), "themes": ("themes", 1)}
    draft.communes.set(clsm.communes)
    for step, (name, count) in answers.items():
        shown = client.get(step_url(draft, step)).context["questions"]
        assert [(each.count, each.is_long, each.is_open) for each in shown if each.field.name == name] == [
            (count, True, True)
        ]
    autosave(client, draft, themes=[])
    autosave(client, draft, 1, themes=[str(make_theme("autre").pk)])
    shown = client.get(step_url(draft, "themes")).context["questions"]
    assert [each.is_open for each in shown if each.field.name == "themes"] == [False]


def test_nothing_starts_by_following_a_link(client, clsm, person):
    assert client.get(reverse("census_new", args=[clsm.pk])).status_code == 405
    assert not CensusAnswer.objects.exists()


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.key)
def test_every_step_opens_and_is_private(client, person, draft, step):
    response = client.get(step_url(draft, step.key))
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    for name in step.fields:
        assert f'data-field="{name}"' in response.content.decode()


def test_every_question_stands_in_one_step_and_the_number_of_queries_is_constant(
    client, person, draft, django_assert_max_num_queries
):
    assert len(set(QUESTIONNAIRE.fields)) == len(QUESTIONNAIRE.fields)
    for step in STEPS:
        with django_assert_max_num_queries(40):
            client.get(step_url(draft, step.key))


def test_each_list_offers_the_terms_of_its_vocabulary_alone(client, person, draft):
    make_term(Vocabulary.SETTING, "ecole", "École")
    for name, shown in (("audiences", "Travailleurs sociaux"), ("settings", "École")):
        fields = client.get(step_url(draft, "themes")).context["form"].fields
        assert shown in [term.label for term in fields[name].queryset]
        assert {term.vocabulary for term in fields[name].queryset} == {fields[name].queryset[0].vocabulary}


# Saving


def test_a_step_is_saved_and_leads_to_the_next_one(client, person, draft):
    response = post_step(client, draft, title="Café des aidants", description="Un lieu.", link="", working_group="")
    assert response.url == step_url(draft, "themes")
    draft.refresh_from_db()
    assert (draft.title, draft.description) == ("Café des aidants", "Un lieu.")


@pytest.mark.parametrize(("to", "where"), [("quitter", "list"), ("verification", "check"), ("acteurs", "acteurs")])
def test_the_button_says_where_to_go(client, person, draft, to, where):
    response = post_step(client, draft, title="Café", to=to)
    expected = {
        "list": reverse("census_list", args=[draft.clsm_id]),
        "check": url("check", draft),
        "acteurs": step_url(draft, "acteurs"),
    }
    assert response.url == expected[where]
    draft.refresh_from_db()
    assert draft.title == "Café"


def test_an_empty_draft_is_accepted(client, person, draft):
    response = post_step(client, draft, title="", description="", link="", working_group="")
    assert response.status_code == 302
    draft.refresh_from_db()
    assert draft.title == ""
    assert str(draft) == "Action sans intitulé"


@pytest.mark.parametrize(
    ("typed", "start", "end"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("mars 2024", date(2024, 3, 1), date(2024, 3, 31)),
        ("12/02/2024", date(2024, 2, 12), date(2024, 2, 12)),
        ("2024-02-12", date(2024, 2, 12), date(2024, 2, 12)),
    ],
)
def test_a_month_or_a_year_is_a_date(client, person, draft, typed, start, end):
    post_step(client, draft, start_date=typed, end_date=typed)
    draft.refresh_from_db()
    assert (draft.start_date, draft.end_date, draft.typed) == (start, end, {})
    shown = client.get(step_url(draft, "lieu-et-dates")).content.decode()
    assert f"{start:%d/%m/%Y}" in shown and f"{end:%d/%m/%Y}" in shown and "au 31 décembre" in shown
    revision = draft.revision
    post_step(client, draft, start_date=typed, end_date=typed)
    draft.refresh_from_db()
    assert draft.revision == revision, "the same day written otherwise is no change"


def test_dates_that_cross_are_said_at_their_step(client, person, draft):
    said = "La fin précède le début (01/03/2024) : corrigez l’un ou l’autre."
    response = post_step(client, draft, start_date="03/2024", end_date="2023")
    assert response.url == step_url(draft, "lieu-et-dates")
    assert said in client.get(response.url).content.decode()
    draft.refresh_from_db()
    response = post_step(client, draft, start_date="2023", end_date="2023")
    assert response.url != step_url(draft, "lieu-et-dates")
    assert said not in client.get(step_url(draft, "lieu-et-dates")).content.decode()


def test_what_cannot_be_read_is_kept_as_typed_and_shown_with_its_error(client, person, draft):
    response = post_step(client, draft, reach="une trentaine", went_well="Tout.")
    assert response.url == step_url(draft, "resultats")
    draft.refresh_from_db()
    assert draft.reach is None
    assert draft.typed == {"reach": ["une trentaine"]}
    assert draft.went_well == "Tout."
    page = client.get(step_url(draft, "resultats")).content.decode()
    assert "une trentaine" in page
    assert "field__error" in page
    post_step(client, draft, reach="30")
    draft.refresh_from_db()
    assert (draft.reach, draft.typed) == (30, {})


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("reach", "9" * 20, "inférieure ou égale"),
        ("went_wrong", "é" * 25_000, "au plus 20000 caractères"),
        ("session_count", "-3", "supérieure ou égale"),
    ],
)
def test_what_no_column_holds_is_kept_as_typed_and_blocks_no_other_answer(client, person, draft, name, value, said):
    response = autosave(client, draft, **{name: value, "went_well": "Tout."})
    assert response.status_code == 200
    assert said in response.json()["errors"][name][0]
    draft.refresh_from_db()
    assert (draft.went_well, draft.typed) == ("Tout.", {name: [value]})


@pytest.mark.parametrize("forged", [{"audiences": ["²"]}, {"themes": ["²", "٣"]}, {"main_theme": "9" * 30}])
def test_a_forged_choice_is_one_to_correct_and_the_answer_still_opens(client, person, draft, forged):
    assert autosave(client, draft, **forged).status_code == 200
    for name in ("census_check", "census_answer"):
        assert client.get(reverse(name, args=[draft.clsm_id, draft.pk])).status_code == 200


def test_a_number_without_end_is_no_number(client, person, draft):
    data = {"lu": "oui", "revision": "9" * 5_000}
    response = client.post(reverse("census_check", args=[draft.clsm_id, draft.pk]), data)
    assert response.status_code == 400
    assert "Les réponses ont changé depuis l’ouverture de cette page." in response.text
    assert client.post(step_url(draft), typed(draft) | {"retirer": "9" * 5_000}).status_code == 302


def test_a_text_that_is_too_long_is_not_cut(client, person, draft):
    post_step(client, draft, description="é" * 900)
    draft.refresh_from_db()
    assert draft.typed["description"] == ["é" * 900]


def test_lists_are_saved_and_emptied(client, person, draft):
    terms = [make_term(Vocabulary.AUDIENCE, slug) for slug in ("adultes", "jeunes")]
    post_step(client, draft, audiences=[str(term.pk) for term in terms])
    assert set(draft.audiences.all()) == set(terms)
    draft.refresh_from_db()
    post_step(client, draft, audiences=[])
    assert not draft.audiences.exists()


def test_a_field_that_the_page_does_not_show_is_left_alone(client, person, draft):
    before = draft.description
    post_step(client, draft, title="Café")
    draft.refresh_from_db()
    assert draft.description == before


def test_each_step_refuses_the_fields_of_another(client, person, draft):
    client.post(step_url(draft, "themes"), typed(draft, title="Forgé"))
    client.post(step_url(draft), typed(draft, state="recensee", clsm="1", revision_="9"))
    draft.refresh_from_db()
    assert draft.title != "Forgé"
    assert draft.state == CensusState.DRAFT


# Saved as it is typed


def test_each_field_is_saved_alone_with_the_time(client, person, draft):
    response = autosave(client, draft, title="Café")
    assert response.status_code == 200
    said = response.json()
    assert len(said["at"]) == 5
    assert said["revision"] == draft.revision + 1
    draft.refresh_from_db()
    assert draft.title == "Café"


def test_when_the_server_dies_in_the_middle_the_saved_fields_are_there(client, person, draft, monkeypatch):
    """Three answers typed; the third one meets a dead server: the two first are kept, the third is sent again."""
    autosave(client, draft, title="Café des aidants")
    autosave(client, draft, description="Un lieu où souffler.")
    client.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setattr(CensusAnswer, "save", lambda *args, **kwargs: 1 / 0)
        assert autosave(client, draft, working_group="Logement").status_code == 500
    kept = CensusAnswer.objects.get(pk=draft.pk)
    assert (kept.title, kept.description, kept.working_group) == ("Café des aidants", "Un lieu où souffler.", "")
    assert autosave(client, draft, draft.revision, working_group="Logement").status_code == 200
    assert CensusAnswer.objects.get(pk=draft.pk).working_group == "Logement"
    page = client.get(step_url(draft)).content.decode()
    assert "Café des aidants" in page and "Un lieu où souffler." in page


def test_a_list_half_written_is_undone_with_its_field(client, person, draft, monkeypatch):
    before = set(draft.audiences.all())
    term = make_term(Vocabulary.AUDIENCE, "jeunes")
    client.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setattr(CensusAnswer, "save", lambda *args, **kwargs: 1 / 0)
        autosave(client, draft, audiences=[str(term.pk)])
    assert set(draft.audiences.all()) == before


@pytest.mark.parametrize(
    "forged",
    [{"revision": "x"}, {"known": "[1]"}, {"known": "{"}, {"known": '{"title": "a"}'}, {"revision": "9" * 30}],
)
def test_forged_numbers_never_fail(client, person, draft, forged):
    data = typed(draft, title="Café") | forged
    assert client.post(url("autosave", draft), data).status_code == 200
    data = typed(draft, title="\x00Ca\x00fé", main_theme="abc", communes=["x", "34079'"], in_qpv="peut-être")
    assert client.post(url("autosave", draft), data).status_code == 200


# Two tabs


def test_two_tabs_on_different_fields_do_not_disturb_each_other(client, person, draft):
    autosave(client, draft, 0, title="Depuis un onglet")
    assert autosave(client, draft, 0, description="Depuis l’autre").status_code == 200
    draft.refresh_from_db()
    assert (draft.title, draft.description) == ("Depuis un onglet", "Depuis l’autre")


def test_two_tabs_on_the_same_field_nothing_is_overwritten(client, person, draft):
    autosave(client, draft, 0, title="Depuis un onglet")
    response = autosave(client, draft, 0, title="Depuis l’autre")
    assert response.status_code == 409
    (conflict,) = response.json()["conflicts"]
    assert conflict["mine_text"] == "Depuis l’autre"
    assert conflict["theirs_text"] == "Depuis un onglet"
    draft.refresh_from_db()
    assert draft.title == "Depuis un onglet"


def test_after_a_conflict_one_keeps_ones_version(client, person, draft):
    autosave(client, draft, 0, title="Depuis un onglet")
    seen = autosave(client, draft, 0, title="Depuis l’autre").json()["revision"]
    data = typed(draft, 0, title="Depuis l’autre") | {"known": json.dumps({"title": seen})}
    assert client.post(url("autosave", draft), data).status_code == 200
    draft.refresh_from_db()
    assert draft.title == "Depuis l’autre"


def test_the_same_text_in_two_tabs_is_no_conflict(client, person, draft):
    autosave(client, draft, 0, title="Le même")
    assert autosave(client, draft, 0, title="Le même").status_code == 200


@pytest.mark.parametrize(("choice", "kept"), [("mienne", "Depuis l’autre"), ("autre", "Depuis un onglet")])
def test_without_script_a_page_shows_both_versions(client, person, draft, choice, kept):
    autosave(client, draft, 0, title="Depuis un onglet")
    response = post_step(client, draft, 0, title="Depuis l’autre", description="Sans conflit")
    assert response.status_code == 409
    page = response.content.decode()
    assert "Depuis un onglet" in page and "Depuis l’autre" in page
    draft.refresh_from_db()
    assert (draft.title, draft.description) == ("Depuis un onglet", "Sans conflit")
    seen = response.context["revision"]
    answer = {"present": "title", "title": "Depuis l’autre", "revision": seen, "conflit": "oui", "vers": "suite"}
    assert client.post(step_url(draft), answer).status_code == 409  # nothing chosen: asked again
    response = client.post(step_url(draft), answer | {"choix_title": choice})
    assert response.url == step_url(draft, "themes")
    draft.refresh_from_db()
    assert draft.title == kept


# The login expired


def test_what_is_posted_after_the_login_expired_is_given_back_and_sent_again(client, person, draft):
    page = client.get(step_url(draft))
    posted = {"csrfmiddlewaretoken": page.context["csrf_token"], "revision": draft.revision, "known": "{}"}
    posted |= {"present": ["title", "description"], "title": "Écrit trop tard", "description": "Gardé"}
    client.logout()
    response = client.post(step_url(draft), posted, headers={"Origin": "http://testserver"})
    assert response.status_code == 403
    assert "Votre session a expiré" in response.content.decode()
    again = dict(response.context["typed"].hidden)
    assert (again["title"], again["description"]) == ("Écrit trop tard", "Gardé")
    client.force_login(person)
    again["present"] = ["title", "description"]
    client.post(response.context["action"], again)
    draft.refresh_from_db()
    assert (draft.title, draft.description) == ("Écrit trop tard", "Gardé")


def test_the_script_is_told_to_log_in(client, person, draft):
    client.logout()
    response = autosave(client, draft, title="Écrit trop tard")
    assert response.status_code == 401
    assert response.json() == {"login": reverse("account_login")}


# Sending


def test_a_complete_answer_is_sent(client, person, draft):
    page = client.get(url("check", draft))
    assert page.context["missing"] == []
    response = client.post(url("check", draft), {"revision": draft.revision, "lu": "oui"})
    assert response.url == url("answer", draft)
    draft.refresh_from_db()
    assert draft.state == CensusState.SUBMITTED
    assert draft.privacy_notice_read_at is not None


@pytest.mark.parametrize(
    ("data", "said"),
    [({"revision": 0}, "mention d’information"), ({"revision": 7, "lu": "oui"}, "Les réponses ont changé")],
)
def test_sending_is_refused_with_a_reason(client, person, draft, data, said):
    response = client.post(url("check", draft), data)
    assert response.status_code == 400
    assert said in response.content.decode()
    draft.refresh_from_db()
    assert draft.state == CensusState.DRAFT


def test_who_sends_second_reads_who_sent_it(client, person, clsm, draft, monkeypatch):
    """A colleague sends it after this page was let in: it is not said to wait."""
    colleague, following = make_coordinator(clsm), services.send

    def overtaken(seen: CensusAnswer, **kw: object) -> CensusAnswer:
        following(CensusAnswer.objects.get(pk=seen.pk), by=colleague, revision=seen.revision)
        return following(seen, **kw)

    monkeypatch.setattr(services, "send", overtaken)
    response = client.post(url("check", draft), {"revision": draft.revision, "lu": "oui"}, follow=True)
    html = response.content.decode()
    assert response.redirect_chain[-1][0] == url("answer", draft)
    assert "Décision déjà prise par " in html and "n’est pas encore envoyée" not in html


def test_what_is_missing_leads_to_its_step(client, person, clsm):
    answer = make_draft(clsm, title="", wish="", main_theme=None, audiences=[])
    page = client.get(url("check", answer)).content.decode()
    assert "Il manque 4 réponses" in page
    for key, name in (("action", "title"), ("suites", "wish"), ("themes", "main_theme"), ("themes", "audiences")):
        assert f"{step_url(answer, key)}#id_{name}" in page
    response = client.post(url("check", answer), {"revision": answer.revision, "lu": "oui"})
    assert response.status_code == 400


@pytest.mark.parametrize("state", [state for state in CensusState if state not in ("brouillon", "a-completer")])
def test_what_is_sent_no_longer_changes(client, person, clsm, state):
    answer = make_answer(clsm=clsm, state=state)
    before = answer.title
    assert autosave(client, answer, title="Forgé").status_code == 403
    response = post_step(client, answer, title="Texte tapé")
    assert response.status_code == 403
    assert "Texte tapé" in response.content.decode()
    assert client.get(step_url(answer)).url == url("answer", answer)
    assert client.post(url("check", answer), {"revision": 0, "lu": "oui"}).status_code == 302
    assert client.post(url("delete", answer)).status_code == 404
    answer.refresh_from_db()
    assert (answer.title, answer.state) == (before, state)


def test_what_the_centre_asks_stands_on_each_step(client, person, clsm):
    answer = make_answer(clsm=clsm, state=CensusState.INCOMPLETE)
    answer.changes.create(before="soumise", after="a-completer", reason="Précisez le public.")
    assert "Précisez le public." in client.get(step_url(answer, "acteurs")).content.decode()
    assert "Précisez le public." in client.get(url("answer", answer)).content.decode()


# The list, the next edition, a draft given up


def test_the_list_shows_each_action_and_its_state(client, clsm, person, django_assert_max_num_queries):
    for state in CensusState:
        make_answer(clsm=clsm, state=state, title=f"Action {state.value}")
    make_answer(title="Action d’un autre CLSM")
    client.get(reverse("account_home"))  # the first request of a post gives its groups
    with django_assert_max_num_queries(20):
        page = client.get(reverse("census_list", args=[clsm.pk])).content.decode()
    for state in CensusState:
        assert f"Action {state.value}" in page
    assert "autre CLSM" not in page


def test_the_space_counts_what_is_unfinished(client, clsm, person):
    make_answer(clsm=clsm, state=CensusState.INCOMPLETE, title="À finir")
    page = client.get(reverse("space_home", args=[clsm.pk])).content.decode()
    assert "Mes actions" in page and "À finir" in page


def test_the_next_edition_is_a_chained_copy(client, clsm, person):
    source = make_answer(clsm=clsm, edition=2025, reach=120, wish=Wish.YES, went_well="L’accueil")
    client.post(url("next", source))
    copy = CensusAnswer.objects.get(previous=source)
    assert copy.state == CensusState.DRAFT
    assert copy.edition >= 2026
    assert (copy.title, copy.main_theme) == (source.title, source.main_theme)
    assert list(copy.audiences.all()) == list(source.audiences.all())
    assert (copy.reach, copy.wish, copy.went_well, copy.allows_publication) == (None, "", "", None)
    assert copy.import_key is None
    assert copy.respondent == person
    client.post(url("next", source))
    assert CensusAnswer.objects.filter(previous=source).count() == 1


def test_the_edition_is_that_of_the_day_or_the_year_after_the_last_one(clsm, person):
    assert start(clsm, person, today=date(2031, 2, 1)).edition == 2031
    source = make_answer(clsm=clsm, edition=2030)
    assert reuse(source, person, today=date(2027, 1, 1)).edition == 2031


def test_a_draft_is_continued_rather_than_copied(client, person, draft):
    with pytest.raises(RefusedError):
        reuse(draft, person)
    response = client.post(url("next", draft))
    assert response.url == url("answer", draft)
    assert any("brouillon" in str(message) for message in get_messages(response.wsgi_request))
    assert CensusAnswer.objects.count() == 1


def test_a_draft_is_deleted_after_a_confirmation(client, person, draft):
    assert client.get(url("delete", draft)).status_code == 200
    assert CensusAnswer.objects.filter(pk=draft.pk).exists()
    client.post(url("delete", draft))
    assert not CensusAnswer.objects.filter(pk=draft.pk).exists()


# Who


#: What ends so is asked by POST only; the list and the answer itself by GET only.
POST_ONLY = ("/enregistrer/", "/nouvelle-edition/", "/nouvelle/")


def get_only(answer: CensusAnswer) -> set[str]:
    return {reverse("census_list", args=[answer.clsm_id]), url("answer", answer)}


def every_address(answer: CensusAnswer) -> list[str]:
    names = ("answer", "autosave", "check", "next", "delete")
    lists = [reverse(f"census_{name}", args=[answer.clsm_id]) for name in ("list", "new")]
    return [*lists, *(url(name, answer) for name in names), *(step_url(answer, step.key) for step in STEPS)]


@pytest.mark.parametrize("who", ["other", "former", "centre"])
def test_nobody_but_the_coordinators_of_the_day_opens_or_writes(client, clsm, draft, who):
    user = {
        "other": lambda: make_coordinator(make_clsm()),
        "former": lambda: former_coordinator(clsm),
        "centre": lambda: make_member(ADMINISTRATION),
    }[who]()
    client.force_login(user)
    before = CensusAnswer.objects.values().get(pk=draft.pk)
    for address in every_address(draft):
        data = typed(draft, title="Forgé") | {"lu": "oui"}
        assert_refused(client.get(address), METHOD if address.endswith(POST_ONLY) else NOT_FOUND)
        assert_refused(client.post(address, data), METHOD if address in get_only(draft) else NOT_FOUND)
    assert CensusAnswer.objects.values().get() == before


def test_a_visitor_is_sent_to_the_login_page(client, draft):
    before = CensusAnswer.objects.values().get(pk=draft.pk)
    for address in every_address(draft):
        assert_refused(client.get(address), METHOD if address.endswith(POST_ONLY) else SIGN_IN)
        refused = client.post(address, typed(draft, title="Forgé"))
        assert_refused(refused, METHOD if address in get_only(draft) else SIGN_IN)
    assert CensusAnswer.objects.values().get() == before


def test_an_answer_is_reached_by_the_address_of_its_clsm_alone(client, person, clsm):
    other = make_draft(make_clsm())
    forged = reverse("census_step", args=[clsm.pk, other.pk, "action"])
    assert client.get(forged).status_code == 404
    assert client.post(forged, typed(other, title="Forgé")).status_code == 404
    assert client.post(reverse("census_autosave", args=[clsm.pk, other.pk]), typed(other, title="x")).status_code == 404
    assert client.get(step_url(make_draft(clsm), "nulle-part")).status_code == 404
