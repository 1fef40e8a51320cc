"""The list of guides and who may read each. Texts are in ``docs/guides/<slug>.md``, pictures in ``images/``."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from portal.users.models import User
from portal.users.queries import ADMINISTRATION, COACHING, COORDINATION, EDITING, MODERATION

FOLDER = Path(settings.BASE_DIR) / "docs" / "guides"
IMAGES = FOLDER / "images"
TEAM = frozenset({ADMINISTRATION, MODERATION, EDITING})


@dataclass(frozen=True)
class Guide:
    """``roles``: groups that read it; ``is_main_of``: groups whose work it describes, shown first."""

    slug: str
    title: str
    roles: frozenset[str]
    is_main_of: frozenset[str] = frozenset()

    @property
    def source(self) -> str:
        return (FOLDER / f"{self.slug}.md").read_text(encoding="utf-8")


#: The order of the menu. A guide describes screens, so it is shown only to roles that can open them.
GUIDES = (
    Guide("coordination", "Coordination d’un CLSM", TEAM | {COORDINATION}, frozenset({COORDINATION})),
    Guide("accompagnement", "Accompagnement", TEAM | {COACHING}, frozenset({COACHING})),
    Guide("edition", "Édition", TEAM | {COACHING}, frozenset({EDITING})),
    Guide("moderation", "Modération", frozenset({ADMINISTRATION, MODERATION}), frozenset({ADMINISTRATION, MODERATION})),
    Guide("episode", "Épisodes de podcast", TEAM),
    Guide("recherche", "Recherche", TEAM),
    Guide("manques", "Tableau des manques", TEAM | {COACHING}),
)


def guides_for(user: User) -> list[Guide]:
    """The guides that ``user`` may read, those of their own role first."""
    roles = set(user.groups.values_list("name", flat=True))
    guides = [guide for guide in GUIDES if user.is_superuser or roles & guide.roles]
    return sorted(guides, key=lambda guide: not roles & guide.is_main_of)


def pictures_of(guides: list[Guide]) -> Iterator[str]:
    """The names of the pictures that ``guides`` show. No other file of the disk is served."""
    for path in IMAGES.glob("*.png"):
        if any(f"(images/{path.name})" in guide.source for guide in guides):
            yield path.name
