"""What anybody writes to a CLSM or to the Centre: who receives it, and every abuse refused by its reason."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from caps_sheets.capitalisation.models import CensusState
from network.messages.models import Desk, Message
from network.messages.views import FROM_ONE, TO_ONE_CLSM
from network.models import CoordinatorAssignment
from portal.moderation.models import Notice
from portal.site_setup.roles import ADMINISTRATION, MODERATION
from tests.factories.capitalisation import make_answer, make_member
from tests.factories.messages import FORM
from tests.factories.network import make_clsm, make_coordinator
from tests.factories.podcasts import make_episode
from tests.factories.sheets import make_sheet
from tests.factories.site import make_private
from tests.refusals import NOT_FOUND, assert_refused, summary

pytestmark = pytest.mark.django_db


def write_url(clsm, query: str = "") -> str:
    return reverse("write_to_clsm", args=[clsm.pk]) + query


CONTACT = FORM | {"subject": "portail"}


class TestDelivery:
    def test_to_the_people_in_post_and_the_generic_address(
        self, client, clsm, person, colleague, django_capture_on_commit_callbacks
    ):
        make_coordinator(make_clsm())
        with django_capture_on_commit_callbacks(execute=True):
            response = client.post(write_url(clsm), FORM, follow=True)
        assert "<title>Merci, votre message est envoyé" in response.content.decode()
        message = Message.objects.get()
        assert (message.to, message.desk, message.clsm, message.state) == ("clsm", "clsm", clsm, "a-repondre")
        assert (message.name, message.email, message.sender) == (FORM["name"], FORM["email"], None)
        assert sorted(sent.to[0] for sent in mail.outbox) == [
            "camille@val.example",
            "clsm@val.example",
            "sacha@val.example",
        ]
        for sent in mail.outbox:
            assert FORM["email"] not in sent.body
            assert (FORM["text"] in sent.body) is (sent.to == ["clsm@val.example"]), (
                "people in post read it in the portal"
            )
            assert not sent.reply_to and "Reply-To" not in sent.extra_headers
            assert reverse("clsm_message", args=[clsm.pk, message.pk]) in sent.body

    def test_to_the_centre_when_the_post_is_vacant(self, client, clsm, person, django_capture_on_commit_callbacks):
        CoordinatorAssignment.objects.update(end=timezone.localdate() - timedelta(days=1))
        moderator = make_member(MODERATION)
        assert "le Centre national vous répondra" in client.get(write_url(clsm)).content.decode()
        with django_capture_on_commit_callbacks(execute=True):
            client.post(write_url(clsm), FORM)
        message = Message.objects.get()
        assert (message.to, message.desk) == (Desk.CLSM, Desk.CENTRE)
        assert sorted(sent.to[0] for sent in mail.outbox) == sorted(["clsm@val.example", moderator.email])
        notice = Notice.objects.get(recipient=moderator)
        assert notice.link == reverse("network_messages:detail", args=[message.pk])
        assert "c’est à vous de répondre" in notice.message and not Notice.objects.filter(recipient=person).exists()

    def test_the_post_is_that_of_the_day_in_paris(self, client, clsm, person, month_end):
        """In Paris it is already the first of February."""
        CoordinatorAssignment.objects.update(end=date(2027, 1, 31))
        client.post(write_url(clsm), FORM)
        assert Message.objects.get().desk == Desk.CENTRE

    def test_a_mail_server_that_is_down_loses_nothing(
        self, client, clsm, person, monkeypatch, django_capture_on_commit_callbacks
    ):
        def down(*args: object, **kwargs: object) -> None:
            raise ConnectionRefusedError

        monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.open", down, raising=False)
        with django_capture_on_commit_callbacks(execute=True):
            assert client.post(write_url(clsm), FORM).status_code == 302
        waiting = Notice.objects.filter(emailed_at=None, attempts=1, event="clsm_message_received")
        assert waiting.count() == 2 and not mail.outbox and Message.objects.count() == 1

    def test_to_the_centre_with_a_subject(self, client, home):
        administrator, moderator = make_member(ADMINISTRATION), make_member(MODERATION)
        response = client.post(reverse("contact"), CONTACT)
        assert response["Location"] == reverse("contact_received")
        message = Message.objects.get()
        assert (message.to, message.desk, message.clsm, message.subject) == ("centre", "centre", None, "portail")
        assert Notice.objects.filter(recipient=moderator).exists()
        assert not Notice.objects.filter(recipient=administrator).exists()

    def test_to_administration_when_nobody_moderates(self, client, home):
        administrator = make_member(ADMINISTRATION)
        client.post(reverse("contact"), CONTACT)
        assert Notice.objects.get().recipient == administrator


class TestForm:
    def test_it_stands_on_a_page_of_its_own_and_reveals_no_address(self, client, clsm, person):
        for page in (client.get(write_url(clsm)), client.get(reverse("contact"))):
            text = page.content.decode()
            assert "no-store" in page["Cache-Control"] and "noindex" in text
            assert "Ce n’est pas un service d’écoute" in text and 'href="tel:3114"' in text
            assert "N’indiquez aucune donnée de santé" in text and "@" not in text

    def test_the_other_pages_have_a_link_and_no_cookie(self, client, clsm, person):
        sheet = make_sheet(clsms=[clsm])
        episode = make_episode(sheets=[sheet], clsms=[clsm])
        action = make_answer(clsm=clsm, title="Action", state=CensusState.RECORDED)
        links = {
            clsm.url: write_url(clsm),
            sheet.url: write_url(clsm, f"?page={sheet.pk}"),
            episode.url: write_url(clsm, f"?page={episode.pk}"),
            action.url: write_url(clsm, f"?action={action.pk}"),
            "/clsm/": write_url(clsm),
        }
        for address, link in links.items():
            page = client.get(address)
            assert f'href="{link}"' in page.content.decode(), address
            assert not page.cookies and "private" not in page.get("Cache-Control", ""), address
        assert f'href="{reverse("contact")}"' in client.get("/").content.decode()

    def test_on_the_profile_it_is_the_first_link_of_the_page(self, client, clsm):
        text = client.get(clsm.url).content.decode()
        first = text[text.index("<a ", text.index("<h1")) :].partition(">")[0]
        assert f'href="{write_url(clsm)}"' in first

    def test_what_one_came_from_is_kept(self, client, clsm, person):
        sheet = make_sheet(title="Le jardin partagé", clsms=[clsm])
        query = f"?page={sheet.pk}"
        assert "Le jardin partagé" in client.get(write_url(clsm, query)).content.decode()
        client.post(write_url(clsm, query), FORM)
        message = Message.objects.get()
        assert (message.context, message.context_url) == ("Le jardin partagé", sheet.url)
        assert "depuis «\xa0Le jardin partagé\xa0»" in Notice.objects.get(recipient=person).message

    def test_what_is_not_public_is_no_context(self, client, clsm):
        draft = make_sheet(title="Secret", live=False)
        action = make_answer(clsm=clsm, title="Secret", allows_publication=False)
        for query in (
            f"?page={draft.pk}",
            f"?action={action.pk}",
            "?page=x",
            "?page=1",
            "?action=99999999999999999999",
        ):
            assert "Secret" not in client.get(write_url(clsm, query)).content.decode()
        client.post(write_url(clsm, f"?page={draft.pk}"), FORM)
        assert Message.objects.get().context == ""

    def test_a_wrong_form_keeps_what_was_typed(self, client, clsm):
        response = client.post(write_url(clsm), FORM | {"email": "pas-une-adresse"})
        assert response.status_code == 422 and "Votre adresse e-mail" in summary(response)
        assert FORM["text"] in response.content.decode() and not Message.objects.exists()


class TestDistress:
    ALARMING = FORM | {"text": "Je n’en peux plus, j’ai envie de mourir et personne ne répond."}

    @pytest.mark.parametrize("address", ["write_to_clsm", "contact"])
    def test_help_comes_first_then_the_message_leaves_as_it_was(self, client, clsm, person, address):
        url = write_url(clsm) if address == "write_to_clsm" else reverse("contact")
        data = self.ALARMING | {"subject": "autre"}
        page = client.post(url, data)
        text = page.content.decode()
        assert page.status_code == 422 and not Message.objects.exists()
        assert "Votre message n’est pas encore envoyé" in text and "Envoyer quand même" in text
        assert text.index("help__number") < text.index("<form method") and data["text"].partition("’")[2] in text
        assert text.count("help__number") == 1
        assert client.post(url, data | {"envoyer-quand-meme": "oui"}).status_code == 302
        assert Message.objects.get().text == data["text"]

    def test_nothing_is_kept_of_it(self, client, clsm, person):
        client.post(write_url(clsm), self.ALARMING | {"envoyer-quand-meme": "oui"})
        message = Message.objects.get()
        assert not [field.name for field in message._meta.fields if "distress" in field.name]
        assert client.post(write_url(clsm), FORM).status_code == 302, "an ordinary message leaves at once"


class TestAbuse:
    def test_without_a_token(self, clsm):
        for url in (write_url(clsm), reverse("contact")):
            response = Client(enforce_csrf_checks=True).post(url, CONTACT)
            assert response.status_code == 403
        assert not Message.objects.exists()

    def test_an_unknown_or_hidden_clsm(self, client, clsm):
        private = make_clsm()
        make_private(private)
        sheet = make_sheet()
        urls = [write_url(page) for page in (make_clsm(live=False), private, sheet)]
        urls += [reverse("write_to_clsm", args=[pk]) for pk in (0, 999_999, 10**17)]
        for url in urls:
            assert_refused(client.get(url), NOT_FOUND)
            assert_refused(client.post(url, FORM), NOT_FOUND)
            assert_refused(client.get(f"{url}merci/"), NOT_FOUND)
        assert not Message.objects.exists()

    def test_fifty_messages_from_one_connection(self, client, clsm, person):
        answers = [client.post(write_url(clsm), FORM | {"text": f"{FORM['text']} {n}"}) for n in range(50)]
        assert [answer.status_code for answer in answers[:FROM_ONE]] == [302] * FROM_ONE
        for answer in answers[FROM_ONE:]:
            assert_refused(answer, "Réessayez dans une heure : votre texte reste dans cette page")
        assert Message.objects.count() == FROM_ONE
        assert_refused(client.post(reverse("contact"), CONTACT), "Trop d’envois depuis votre connexion")

    def test_fifty_messages_to_one_clsm_from_everywhere(self, client, clsm, person):
        for n in range(50):
            client.post(write_url(clsm), FORM, REMOTE_ADDR=f"203.0.113.{n}")
        assert Message.objects.count() == TO_ONE_CLSM
        refused = client.post(write_url(clsm), FORM, REMOTE_ADDR="203.0.113.99")
        assert_refused(refused, "Ce CLSM reçoit trop de messages")
        other = make_clsm()
        assert client.post(write_url(other), FORM, REMOTE_ADDR="203.0.113.98").status_code == 302

    @pytest.mark.parametrize(
        ("field", "value", "why"),
        [
            ("name", "Alix\nBcc: tous@val.example", "Écrivez-le sur une seule ligne."),
            ("name", "Alix\rBcc: tous@val.example", "Écrivez-le sur une seule ligne."),
            ("organisation", "Association\r\nCc: tous@val.example", "Écrivez-le sur une seule ligne."),
            ("name", "Gagnez sur www.casino.example", "sans adresse de site"),
            ("name", "Répondez sur casino.example/login", "sans adresse de site"),
            ("name", "Alix, alix@casino.example", "ni adresse e-mail"),
            ("name", "Le Céntre\u200b\xa0NATIONAL", "au nom du Centre"),
            ("organisation", "Centre national de ressources des CLSM", "au nom du Centre"),
            ("text", "Voir portail.example/a, portail.example/b et portail.example/c.", "2 liens au plus"),
            ("name", "x" * 121, "120 caractères"),
            ("email", "a@val.example\nBcc: b@val.example", "seule adresse"),
            ("text", "Voir https://a.example https://b.example http://c.example", "2 liens au plus"),
            ("text", "x" * 1_000_000, "5000 caractères"),
            ("text", "", "Écrivez votre message."),
            ("zq7", "robot", "a rempli un champ caché"),
        ],
    )
    def test_what_a_field_may_not_hold(self, client, clsm, person, field, value, why):
        response = client.post(write_url(clsm), FORM | {field: value})
        assert_refused(response, why)
        assert not Message.objects.exists() and not Notice.objects.exists()

    @pytest.mark.parametrize("organisation", ["Centre national de la danse", "C.C.A.S. de Lens", "St. Denis"])
    def test_an_ordinary_name_is_accepted(self, client, clsm, person, organisation):
        assert client.post(write_url(clsm), FORM | {"organisation": organisation}).status_code == 302

    def test_a_letter_says_where_the_words_of_a_visitor_begin_and_end(self, client, clsm, person):
        forged = "Bonjour.\r\nFin de ce que la personne a écrit.\r\n\r\nLe Centre national vous demande votre code."
        client.post(write_url(clsm), FORM | {"text": forged})
        letter = Notice.objects.get(address="clsm@val.example").message
        begun, _, rest = letter.partition("Ce que la personne a écrit\xa0:\n\n")
        words, _, after = rest.partition("\n\nFin de ce que la personne a écrit.\n\n")
        assert begun.startswith(FORM["name"]) and after.startswith("La personne en poste y répond")
        assert [line[:1] for line in words.splitlines()] == [">"] * 4 and "votre code" in words

    def test_a_forged_subject(self, client, home):
        assert_refused(client.post(reverse("contact"), CONTACT | {"subject": "forge"}), "Sélectionnez un choix valide")
        assert_refused(client.post(reverse("contact"), FORM), "Choisissez un sujet")

    def test_a_script_is_read_as_text(self, client, clsm, person, django_capture_on_commit_callbacks):
        script = "<script>alert(1)</script> <b>bonjour</b>"
        with django_capture_on_commit_callbacks(execute=True):
            client.post(write_url(clsm), FORM | {"text": script, "name": "<i>Alix</i>"})
        client.force_login(person)
        message = Message.objects.get()
        for url in (reverse("clsm_messages", args=[clsm.pk]), reverse("clsm_message", args=[clsm.pk, message.pk])):
            text = client.get(url).content.decode()
            assert "<script>alert" not in text and "<i>Alix" not in text and "&lt;i&gt;Alix" in text
        [letter] = [sent for sent in mail.outbox if sent.to == ["clsm@val.example"]]
        assert script in letter.body and letter.content_subtype == "plain"

    def test_a_double_click_sends_once(self, clsm, person):
        client = Client(enforce_csrf_checks=True)
        form = client.get(write_url(clsm)).context["csrf_token"]
        data = FORM | {"csrfmiddlewaretoken": str(form)}
        first, second = (client.post(write_url(clsm), data) for _ in range(2))
        assert first["Location"] == second["Location"] and Message.objects.count() == 1

    def test_forged_fields_change_nothing(self, client, clsm, person):
        forged = {"to": "centre", "desk": "centre", "state": "repondu", "sender": person.pk, "clsm": 1, "context": "X"}
        client.post(write_url(clsm), FORM | forged)
        message = Message.objects.get()
        assert (message.to, message.desk, message.state, message.sender, message.context) == (
            "clsm",
            "clsm",
            "a-repondre",
            None,
            "",
        )
