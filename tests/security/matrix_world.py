"""The world of the departures, with one thing of every kind that an address may name."""

from datetime import time, timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.contrib.search_promotions.models import Query, SearchPromotion
from wagtail.models import Collection, Page, PageViewRestriction, Site, Task, Workflow

from caps_sheets.capitalisation.case_files.queries import load_criteria
from caps_sheets.capitalisation.models import CensusEdition, CensusRequest, FramingCriterion, Passage
from caps_sheets.models import ReviewGrid
from caps_sheets.podcasts.models import VoiceAuthorisation
from network.messages.models import CopyLink
from network.models import RegionalModerator
from portal.base.signed_links import token_of
from portal.medialib.models import PortalDocument, PortalImage
from portal.medialib.transcripts.formats import Cue, to_vtt
from portal.moderation.models import ErrorReport, Retirement, Takedown
from portal.site_setup.roles import EDITING, MODERATION, setup_roles
from portal.taxonomies.models import Term
from portal.users.models import User
from search.models import DistressPhraseGroup, MeasuredTerm, SynonymGroup
from tests.factories.capitalisation import make_answer, make_member
from tests.factories.documents import make_document
from tests.factories.imports import make_import
from tests.factories.interviews import make_grid, make_interview
from tests.factories.medialib import make_audio, make_image
from tests.factories.messages import make_message
from tests.factories.network import make_commune, make_organisation, make_theme
from tests.factories.podcasts import make_episode, make_show
from tests.factories.sheets import make_sheet
from tests.network.places import make_epci
from tests.security.addresses import Address
from tests.security.departure_world import CENTRE, IN_POST, OWNER, SECRET, World

VISITOR, ACCOUNT, ROOT, EDITOR, MODERATOR = "visitor", "account", "superuser", "editor", "moderator"


class MatrixWorld(World):
    """Everything added is named ``SECRET`` where only some may read it."""

    def __init__(self) -> None:
        super().__init__()
        setup_roles()
        self.people |= {
            ACCOUNT: User.objects.create_user("sans-role@clsm.example"),
            ROOT: User.objects.create_superuser("racine@clsm.example"),
            EDITOR: make_member(EDITING),
            MODERATOR: make_member(MODERATION),
        }
        self.sheet = self.case_file.sheet
        soon = timezone.localdate() + timedelta(days=9)
        self.appointment = make_interview(self.case_file, met_on=soon, met_at=time(9, 30), consent=False)
        self.file.text = to_vtt([Cue(1.0, 4.0, "Coordinatrice", SECRET)])
        self.file.save()
        self.passage = Passage.objects.create(
            interview=self.interview, transcript=self.file, section="contexte", start=1, end=4, text=SECRET
        )
        self.show = make_show()
        self.theme = make_theme()
        self.public_sheet = make_sheet(title="Fiche publique", clsms=[self.clsm])
        self.public_action = make_answer(clsm=self.clsm, title="Action")
        self.audio = make_audio(seconds=1, title=f"Son {SECRET}")
        self.episode = make_episode(live=False, title=f"Épisode {SECRET}", audio=self.audio, themes=[self.theme])
        self.image, self.document_file = make_image(consent_file=self._agreement()), self._document()
        self.own_files = {name: self._files_of(self.people[name]) for name in (OWNER, IN_POST)}
        self.voice = VoiceAuthorisation.objects.create(
            episode=self.episode, role=f"Voix {SECRET}", text_version="1", signed_on="2026-01-01"
        )
        self.restriction = PageViewRestriction.objects.create(
            page=self.sheet, restriction_type="password", password="x"
        )
        self.message = make_message(self.clsm, text=SECRET, name=SECRET)
        self.copy_link = CopyLink.objects.create(message=self.message, address="copie@val.example")
        self.by_namespace = self._by_namespace()

    def _document(self) -> PortalDocument:
        return PortalDocument.objects.create(title="Note", file=ContentFile(b"Note", name="note.txt"))

    def _agreement(self) -> ContentFile:
        return ContentFile(b"%PDF-1.7 accord", name="accord.pdf")

    def _files_of(self, person: User) -> dict[str, int]:
        """The image and the document that ``person`` added, where their role adds them."""
        name = "Fiches CAPS" if person == self.people[OWNER] else "CLSM"
        kept = {"collection": Collection.objects.get(name=name), "uploaded_by_user": person}
        document = PortalDocument.objects.create(title="Note", file=ContentFile(b"Note", name="note.txt"), **kept)
        return {
            "image_id": make_image(consent_file=self._agreement(), **kept).pk,
            "document_id": document.pk,
            "doc_id": document.pk,
        }

    def _by_namespace(self) -> dict[str, Any]:
        """What « pk » (or the only number) stands for: beginning of the name of an address → object."""
        clsm_record = self.clsm.record
        promotion = SearchPromotion.objects.create(query=Query.get("répit"), external_link_url="https://a.example")
        retirement = Retirement.objects.create(page=self.sheet, reason=SECRET, retired_on="2026-01-01")
        moderator = RegionalModerator.objects.create(user=self.people[MODERATOR])
        self.promotion, self.redirect = promotion, Redirect.objects.create(old_path="/ancien", redirect_link="/")
        load_criteria()
        return {
            "wagtailadmin_api:pages": self.sheet,
            "wagtailadmin_api:documents": self.document_file,
            "wagtailadmin_api:images": self.image,
            "wagtailadmin_collections": Collection.objects.last(),
            "wagtailadmin_workflows:edit_task": Task.objects.first(),
            "wagtailadmin_workflows:disable_task": Task.objects.first(),
            "wagtailadmin_workflows:enable_task": Task.objects.first(),
            "wagtailadmin_workflows": Workflow.objects.first(),
            "search_terms_erase": MeasuredTerm.objects.create(digest="1", text="répit"),
            "recensement_modeladmin": self.action,
            "interview_grids": make_grid(),
            "interview_grid_": make_grid(),
            "interview": self.interview,
            "space_appointment": self.appointment,
            "capitalisation_criteria": FramingCriterion.objects.first(),
            "case_files": self.case_file,
            "sheet_life": self.sheet,
            "merge_clsm": self.clsm,
            "split_clsm": self.clsm,
            "merge_item": self.theme,
            "wagtailsettings": Site.objects.get(),
            "wagtailsnippets_network_organisation": make_organisation(),
            "wagtailsnippetchoosers_network_organisation": make_organisation(),
            "search_distress": DistressPhraseGroup.objects.create(phrases="une phrase"),
            "search_synonyms": SynonymGroup.objects.create(phrases="un truc\nune chose"),
            "review_grids": ReviewGrid.objects.first(),
            "commune_chooser": make_commune(),
            "epci_chooser": make_epci(make_commune()),
            "themes": self.theme,
            "termes": Term.objects.first(),
            "wagtailsites": Site.objects.get(),
            "wagtailusers_users": self.people[ACCOUNT],
            "wagtailusers_groups": Group.objects.last(),
            "wagtaildocs_chooser": self.document_file,
            "wagtailimages_chooser": self.image,
            "error_reports": ErrorReport.objects.create(page=self.sheet, message=SECRET),
            "network_coordination:end": self.post,
            "network_coordination:accept_claim": self.claim,
            "network_coordination:refuse_claim": self.claim,
            "network_coordination": self.invitation,
            "network_assignments": self.post,
            "network_records": clsm_record,
            "regional_moderators": moderator,
            "retired_page": retirement.page,
            "takedowns": self._takedown(),
            "takedowns:take_down": self.image,
            "census_document": self.document,
            "census_import": make_import("census", self.people[CENTRE], name=f"{SECRET}.csv"),
            "sheet_document": make_document(self.people[CENTRE], name=f"{SECRET}.docx"),
            "clsm_import": make_import("clsm", self.people[CENTRE], name=f"{SECRET}.csv"),
            "census_correct": self.action,
            "census_ask": self.action,
            "census_take_back": self.action,
            "census_reply": CensusRequest.objects.create(answer=self.action, wish="corriger", text=SECRET),
            "census_campaigns": CensusEdition.objects.create(
                year=2026, opens_on="2020-01-01", closes_on="2099-12-31", text="Merci de répondre."
            ),
            "census_card": self.public_action,
            "census": self.draft,
            "sheet_versions": self.public_sheet,
            "choose_reuse_clsm": self.public_sheet,
            "network_messages": make_message(self.clsm, text=SECRET, name=SECRET),
            "propose_reuse": self.public_sheet,
        }

    def _takedown(self) -> Takedown:
        return Takedown.objects.create(
            content_type=ContentType.objects.get_for_model(PortalImage),
            object_id=make_image().pk,
            title="Image retirée",
            reason=SECRET,
        )

    def values(self, address: Address, person: str = "") -> dict[str, Any]:
        """A value for each parameter of ``address``: things that exist, most of them not public.

        What is theirs for ``OWNER`` and ``IN_POST``, what belongs to these two for the others of their roles.
        """
        if address.name in NUMBERED:
            return NUMBERED[address.name](self)
        own = self.own_files.get(person, {})
        return {name: own.get(name) or self._value(address.name, name) for name in address.parameters}

    def _value(self, address: str, name: str) -> Any:
        if name in ("pk", "instance_pk"):
            prefix = max((each for each in self.by_namespace if address.startswith(each)), key=len)
            return self.by_namespace[prefix].pk
        return self._known()[address, name] if (address, name) in self._known() else self._named()[name]

    def _known(self) -> dict[tuple[str, str], Any]:
        return {
            ("interview_file", "uuid"): self.file.uuid,
            ("message_copy", "token"): token_of(self.copy_link),
            ("interview_file_date", "uuid"): self.file.uuid,
            ("interview_file_review", "uuid"): self.file.uuid,
            ("interview_file_delete", "uuid"): self.file.uuid,
            ("interview_file_accesses", "uuid"): self.file.uuid,
            ("interview_file_transcript", "uuid"): self.file.uuid,
            ("interview_file_passages", "uuid"): self.file.uuid,
            ("episode_audio", "uuid"): self.audio.uuid,
            ("census_step", "key"): "action",
            ("profile_step", "key"): "contact",
            ("profile_file", "name"): "logo",
            **{(name, "page_id"): self.episode.pk for name in ABOUT_EPISODES},
            ("podcast_check_feed", "page_id"): self.show.pk,
            ("prepare_episode", "page_id"): self.public_sheet.pk,
            **{
                (name, "page_path"): self.show.url.strip("/")
                for name in ("show_feed", "show_theme_feed", "show_subscribe")
            },
            ("wagtailadmin_workflows:remove", "page_pk"): self.sheet.pk,
            ("wagtail_bulk_action", "app_label"): "wagtailcore",
            ("wagtail_bulk_action", "model_name"): "page",
            ("wagtail_bulk_action", "action"): "delete",
            ("guide", "slug"): "edition",
            ("wagtailadmin_api:pages:action", "action_name"): "copy",
            ("wagtailsettings:edit", "app_name"): "portal_base",
            ("wagtailsettings:edit", "model_name"): "portalsettings",
            ("wagtailsettings:preview_on_edit", "app_name"): "portal_base",
            ("wagtailsettings:preview_on_edit", "model_name"): "portalsettings",
            ("wagtailadmin_workflows:add_task", "app_label"): "wagtailcore",
            ("wagtailadmin_workflows:add_task", "model_name"): "groupapprovaltask",
            ("wagtailadmin_tag_model_autocomplete", "app_name"): "taggit",
            ("wagtailadmin_tag_model_autocomplete", "model_name"): "tag",
            ("merge_item", "kind"): "themes",
            ("census_summary", "year"): 2026,
            ("indicator_list", "table"): "dossiers",
            ("indicator_list", "line"): "toutes",
            ("indicator_list", "column"): "en-cours",
            ("takedowns:take_down", "kind"): "image",
            **{
                (f"{kind}_import:{name}", "extension"): "csv"
                for kind in ("census", "clsm")
                for name in ("blank", "export")
            },
        }

    def _named(self) -> dict[str, Any]:
        state = Page.objects.get(pk=self.sheet.pk).current_workflow_task_state
        return {
            "page_id": self.sheet.pk,
            "rank": 1,
            "parent_page_id": self.sheet.get_parent().pk,
            "page_to_move_id": self.sheet.pk,
            "destination_id": self.sheet.get_parent().pk,
            "page_pk": self.clsm.pk,
            "clsm_pk": self.clsm.pk,
            "uuid": self.voice.uuid,
            "image_id": self.image.pk,
            "document_id": self.document_file.pk,
            "doc_id": self.document_file.pk,
            "media_id": self.audio.pk,
            "query_id": self.promotion.query_id,
            "redirect_id": self.redirect.pk,
            "uploaded_file_id": 1,
            "action_name": "approve",
            "task_state_id": state.pk if state else 1,
            "task_id": state.task_id if state else 1,
            "workflow_state_id": state.workflow_state_id if state else 1,
            "workflow_pk": Workflow.objects.first().pk,
            "revision_id": self.sheet.latest_revision_id,
            "collection_id": Collection.objects.last().pk,
            "restriction_id": 1,
            "page_view_restriction_id": self.restriction.pk,
            "round_pk": self.round.pk,
            "message_pk": self.message.pk,
            "case_pk": self.case_file.pk,
            "passage_pk": self.passage.pk,
            "link_pk": self.links["expired link"].pk,
            "answer_pk": self.action.pk,
            "user_id": self.people[ACCOUNT].pk,
            "session_id": 1,
            "object_id": self.sheet.pk,
            "app_label": "caps_sheets",
            "model_name": "capssheetpage",
            "app_name": "caps_sheets",
            "content_type_app_name": "caps_sheets",
            "content_type_model_name": "capssheetpage",
            "media_type": "audio",
            "slug": "action",
            "key": "cle",
            "token": self.token("expired link"),
            "uidb64": "MQ",
            "uidb36": "1",
            "page_path": "podcast/episode",
            "theme_slug": self.theme.slug,
            "extension": "vtt",
            "version": self.audio.version,
            "section": "pages",
            "name": "accueil.png",
            "kind": "themes",
            "action": "revenir",
            "filter_spec": "width-100",
            "number": 2,
            "heading": 1,
            "what": "compte-rendu",
            "0": 1,
            "1": "x",
        }


ABOUT_EPISODES = (
    "episode_making",
    "episode_script",
    "episode_script_print",
    "episode_voices",
    "voice_add",
    "voice_text",
    "episode_transcript",
)
#: Addresses whose parameters have no names.
NUMBERED = {
    "wagtailadmin_pages:revisions_compare": lambda world: {"0": world.sheet.pk, "1": "earliest", "2": "latest"},
    "wagtaildocs_serve": lambda world: {"0": world.document_file.pk, "1": world.document_file.filename},
    "search_export": lambda world: {"0": "csv"},
    "wagtail_serve": lambda world: {"0": world.clsm.get_url_parts()[2].lstrip("/")},
}
