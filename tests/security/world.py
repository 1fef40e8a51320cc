"""A small portal with one person per role, their own pages and the pages of others."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.contrib.auth.models import Group
from wagtail.models import Page

from network.coordination.assignments import assign
from portal.site_setup.roles import COORDINATION, ROLES
from portal.site_setup.workflows import setup_workflows
from portal.users.models import User
from tests.factories.network import make_clsm
from tests.factories.podcasts import make_show
from tests.factories.review import clear
from tests.factories.sheets import make_sheet

LIVE_TITLE = "Titre public"
DRAFT_TITLE = "Titre encore secret"
OLD_TITLE = "Titre abandonné"


@dataclass
class World:
    """``people``: one account per role, plus ``author``, who wrote everything that belongs to others.

    ``pages`` are made once: each test undoes what it does to them.
    """

    people: dict[str, User] = field(default_factory=dict)
    pages: dict[tuple[str, str, bool], Page] = field(default_factory=dict)

    @property
    def author(self) -> User:
        return self.people["author"]

    def page(self, role: str, target: str, live: bool = True) -> Page:
        page = self.pages[role, target, live]
        return type(page).objects.get(pk=page.pk)

    def add_page(self, role: str, target: str, live: bool) -> None:
        """A page with three revisions: an old one, the public one (when ``live``) and a draft."""
        kind, owner = TARGETS[target]
        user = self.people[role] if owner == "own" else self.author
        make = make_clsm if kind == "profile" else make_sheet
        # Profiles are created by the Centre: a coordinator owns none, even of their own CLSM.
        page = make(title=OLD_TITLE, live=live, owner=self.author if kind == "profile" else user)
        for title in (OLD_TITLE, LIVE_TITLE, DRAFT_TITLE):
            page.title = title
            revision = page.save_revision(user=user, clean=False)
            if live and title == LIVE_TITLE:
                if kind == "sheet":
                    clear(page)
                revision.publish(skip_permission_checks=True)
                page.refresh_from_db()
        if kind == "profile" and owner == "own":
            assign(page, user, start=date(2021, 1, 1))
        self.pages[role, target, live] = page


#: target -> kind of page, whose it is. A coordinator's own page is the profile they are in post for.
TARGETS = {
    "own sheet": ("sheet", "own"),
    "other sheet": ("sheet", "other"),
    "own profile": ("profile", "own"),
    "other profile": ("profile", "other"),
}


def make_world(pairs: Iterable[tuple[str, str]]) -> World:
    """``pairs``: the roles and the targets to make pages for, each once public and once not."""
    make_clsm()
    make_sheet()
    make_show()
    setup_workflows()
    world = World({"author": User.objects.create_user("autrice@clsm.example")})
    for name in (role.name for role in ROLES):
        user = User.objects.create_user(f"role{len(world.people)}@clsm.example", first_name=name)
        if name != COORDINATION:
            user.groups.add(Group.objects.get(name=name))
        world.people[name] = user
    assign(make_clsm(title="Poste en cours"), world.people[COORDINATION], start=date(2021, 1, 1))
    for role, target in pairs:
        world.add_page(role, target, live=True)
        world.add_page(role, target, live=False)
    return world
