"""Roles as data: one role is one group of accounts. ``docs/roles.md`` describes them in French.

Only Administration holds the page right « publish ». A page becomes public by its approval in a workflow, whose last
step publishes on behalf of the reviewer. Wagtail ties unpublishing, privacy and the deletion of public pages to that
right, so these belong to Administration too.
"""

from dataclasses import dataclass, field

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Model
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from caps_sheets.models import SheetsIndexPage
from portal.home.models import HomePage
from portal.users.queries import ADMINISTRATION, COACHING, COORDINATION, EDITING, MODERATION

DOOR = "wagtailadmin.access_admin"
ROOT_COLLECTION = "Racine"
CHOOSE = ("wagtailimages.choose_image", "wagtaildocs.choose_document")
UPLOAD = (*CHOOSE, "wagtailimages.add_image", "wagtaildocs.add_document")
LIBRARY = (
    *UPLOAD,
    "wagtailimages.change_image",
    "wagtaildocs.change_document",
    "wagtailmedia.add_media",
    "wagtailmedia.change_media",
)


def every_right(*models: str) -> tuple[str, ...]:
    """Add, change and delete on each « app.model »."""
    return tuple(
        f"{app}.{action}_{model}"
        for app, model in (name.split(".") for name in models)
        for action in ("add", "change", "delete")
    )


#: Where sheets are missing: the Centre plans its work with it.
GAPS = "portal_search.view_gaps"
#: The search is managed by the whole team; only Administration rebuilds the index or erases a searched text.
SEARCH = (
    *every_right(
        "portal_search.synonymgroup", "portal_search.distressphrasegroup", "wagtailsearchpromotions.searchpromotion"
    ),
    "portal_search.view_measuredterm",
    "portal_search.view_indexchange",
    GAPS,
)
#: How often the podcasts are listened to: numbers, no personal data.
LISTENING = "caps_podcasts.view_episodeday"
#: Case files: owners act on their own, the Centre on all of them, and edits the framing grid
#: and the interview grid.
OWN_CASES = ("caps_capitalisation.view_casefile", "caps_capitalisation.change_casefile")
EVERY_CASE_READ = (*OWN_CASES, "caps_capitalisation.view_every_casefile")
EVERY_CASE = (
    *EVERY_CASE_READ,
    "caps_capitalisation.add_casefile",
    "caps_capitalisation.change_every_casefile",
    "caps_capitalisation.view_figures",
    "caps_capitalisation.view_framingcriterion",
    "caps_capitalisation.add_framingcriterion",
    "caps_capitalisation.change_framingcriterion",
    *every_right("caps_capitalisation.interviewgrid"),
)
#: The census: who reads what the CLSMs declared, and who decides and imports.
CENSUS_READ = "caps_capitalisation.view_censusanswer"
CENSUS = (CENSUS_READ, "caps_capitalisation.change_censusanswer", "caps_capitalisation.add_censusanswer")


#: Reviewing a sheet with the official grid, for those who took no part in its text.
FILL_GRID = "caps_sheets.add_gridreview"
#: Signing that a trained person read a sheet about suicide, for those who took no part in its text.
SIGN_SAFE_MESSAGING = "caps_sheets.add_safemessagingtick"
REVIEWING = (FILL_GRID, SIGN_SAFE_MESSAGING)
#: The Centre's part of the clearance of a sheet: overriding the CLSM, sending it links, changing the grid.
CLEARANCE = (
    *REVIEWING,
    "caps_sheets.add_publicationoverride",
    "caps_capitalisation.add_proofreadinglink",
    "caps_sheets.add_reviewgrid",
    "caps_sheets.change_reviewgrid",
    "caps_sheets.view_reviewgrid",
)


#: After publication: confirmations, errata, adaptations elsewhere, error reports of visitors, emergency takedowns.
LIFE = (
    "caps_sheets.add_sheetconfirmation",
    "caps_sheets.add_erratum",
    "caps_sheets.delete_erratum",
    "caps_sheets.change_reuse",
    "portal_moderation.view_errorreport",
    "portal_moderation.change_errorreport",
    "portal_moderation.add_takedown",
)

#: The vocabularies and the old addresses are the Centre's: not the hospital's administrator's.
REDIRECTS = every_right("wagtailredirects.redirect")
VOCABULARIES = every_right("portal_taxonomies.term", "portal_taxonomies.theme")
#: Without deletion, which merging needs too.
VOCABULARY_WRITING = tuple(right for right in VOCABULARIES if ".delete_" not in right)


#: The inbox of the Centre; reading what the CLSMs answer too.
MESSAGES = "network_messages.view_message"
EVERY_MESSAGE = (MESSAGES, "network_messages.view_every_message")
#: The signed agreements of the voices heard in the podcasts, and the screens of the production of episodes.
VOICES = "caps_podcasts.change_voiceauthorisation"


@dataclass(frozen=True)
class Role:
    """``permissions``: app.codename. ``pages`` and ``collections``: rights on the first page of a page type, or a
    name.
    """

    name: str
    permissions: tuple[str, ...] = (DOOR,)
    pages: dict[type[Page], tuple[str, ...]] = field(default_factory=dict)
    collections: dict[str, tuple[str, ...]] = field(default_factory=dict)


ROLES = (
    Role(
        ADMINISTRATION,
        (
            DOOR,
            *every_right(
                "portal_users.user",
                "auth.group",
                "network.organisation",
                "network.coordinatorassignment",
                "network.regionalmoderator",
            ),
            "network.change_clsmrecord",
            "network.manage_coordination",
            "network.add_clsmsplit",  # includes merging CLSMs
            "portal_base.change_portalsettings",
            *SEARCH,
            LISTENING,
            *LIFE,
            *EVERY_MESSAGE,
            *EVERY_CASE,
            *CENSUS,
            *CLEARANCE,
            VOICES,
            "portal_search.change_indexchange",
            "portal_search.change_measuredterm",
        ),
        {HomePage: ("add_page", "change_page", "publish_page", "lock_page", "unlock_page", "bulk_delete_page")},
        {ROOT_COLLECTION: (*LIBRARY, *every_right("wagtailcore.collection"))},
    ),
    Role(
        MODERATION,
        (
            DOOR,
            "network.add_organisation",
            "network.change_organisation",
            "network.change_clsmrecord",
            "network.manage_coordination",
            *SEARCH,
            LISTENING,
            *LIFE,
            *EVERY_MESSAGE,
            *EVERY_CASE,
            *CENSUS,
            *CLEARANCE,
            VOICES,
            *VOCABULARIES,
            *REDIRECTS,
        ),
        {HomePage: ("change_page", "lock_page", "unlock_page")},
        {ROOT_COLLECTION: LIBRARY},
    ),
    Role(
        EDITING,
        (
            DOOR,
            "network.add_organisation",
            "network.change_organisation",
            *SEARCH,
            LISTENING,
            MESSAGES,
            *EVERY_CASE_READ,
            *CENSUS,
            *REVIEWING,
            VOICES,
            *VOCABULARY_WRITING,
            *REDIRECTS,
        ),
        {HomePage: ("add_page", "change_page")},
        {ROOT_COLLECTION: LIBRARY},
    ),
    Role(
        COACHING,
        (DOOR, "network.add_organisation", GAPS, *OWN_CASES, CENSUS_READ),
        {SheetsIndexPage: ("add_page",)},
        {ROOT_COLLECTION: CHOOSE, "Fiches CAPS": UPLOAD},
    ),
    # The right to change a profile comes from the group of each CLSM (network.coordination.assignments).
    Role(
        COORDINATION,
        (DOOR,),
        {},
        {ROOT_COLLECTION: CHOOSE, "CLSM": UPLOAD},
    ),
)

#: Groups that Wagtail creates; they let people approve their own text.
STOCK_GROUPS = ("Moderators", "Editors")


@transaction.atomic
def setup_roles() -> list[str]:
    """Give the groups exactly the rights of ``ROLES``; members stay. Returns what was done.

    Run it after ``setup_site``: a right on a page or a collection that does not exist yet is reported and skipped.
    """
    known = Permissions()
    report = [line for role in ROLES for line in _setup_role(role, known)]
    for group in Group.objects.filter(name__in=STOCK_GROUPS, user=None):
        group.delete()
        report.append(f"Groupe « {group.name} » de Wagtail retiré.")
    return report


class Permissions(dict[str, Permission]):
    """Every permission by « app.codename », read once. An unknown name raises KeyError: a mistake in ``ROLES``."""

    def __init__(self) -> None:
        permissions = Permission.objects.select_related("content_type")
        super().__init__(
            {f"{permission.content_type.app_label}.{permission.codename}": permission for permission in permissions}
        )


def _setup_role(role: Role, known: Permissions) -> list[str]:
    group, created = Group.objects.get_or_create(name=role.name)
    group.permissions.set(known[name] for name in role.permissions)
    report = [f"Rôle « {role.name} » créé."] if created else []
    return report + _setup_pages(group, role, known) + _setup_collections(group, role, known)


def _setup_pages(group: Group, role: Role, known: Permissions) -> list[str]:
    wanted, report = set(), []
    for page_type, names in role.pages.items():
        page = page_type.objects.first()
        if page is None:
            report.append(f"Rôle « {role.name} » : la page « {page_type._meta.verbose_name} » n’existe pas encore.")
            continue
        wanted |= {(page.pk, known[f"wagtailcore.{name}"].pk) for name in names}
    _agree(GroupPagePermission, "page_id", group, wanted)
    return report


def _setup_collections(group: Group, role: Role, known: Permissions) -> list[str]:
    wanted, report = set(), []
    for name, names in role.collections.items():
        collections = Collection.get_root_nodes() if name == ROOT_COLLECTION else Collection.objects.filter(name=name)
        collection = collections.order_by("depth").first()
        if collection is None:
            report.append(f"Rôle « {role.name} » : la collection « {name} » n’existe pas encore.")
            continue
        wanted |= {(collection.pk, known[right].pk) for right in names}
    _agree(GroupCollectionPermission, "collection_id", group, wanted)
    return report


def _agree(rights: type[Model], target: str, group: Group, wanted: set[tuple[int, int]]) -> None:
    """Make the rows of ``group`` in ``rights`` equal to ``wanted``: (id of the page or collection, id of the
    permission).
    """
    held = rights._default_manager.filter(group=group)
    rows = {(getattr(row, target), row.permission_id): row.pk for row in held}  # type: ignore[attr-defined]
    held.filter(pk__in=[pk for key, pk in rows.items() if key not in wanted]).delete()
    missing = [rights(group=group, permission_id=right, **{target: pk}) for pk, right in wanted - rows.keys()]
    rights._default_manager.bulk_create(missing)
