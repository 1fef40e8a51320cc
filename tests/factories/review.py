"""Shortcuts through the readings of a sheet: the grid, the proof-reading, the clearance of a text."""

from django.contrib.auth.models import Permission

from caps_sheets.models import Answer, CapsSheetPage, GridReview
from caps_sheets.models.review import criteria_of
from caps_sheets.review import grid
from caps_sheets.review.grid import fill, setup_grid
from caps_sheets.review.services import take_over
from portal.users.models import User


def clear(sheet: CapsSheetPage) -> None:
    """Let the latest text of ``sheet`` be published, as a sheet taken over."""
    take_over(sheet, by=None)


def outsider(email: str = "grille@clsm.example") -> User:
    """Somebody who may fill grids and took part in nothing."""
    person, created = User.objects.get_or_create(email=email)
    if created:
        app, codename = grid.RIGHT.split(".")
        person.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    return person


def fill_grid(sheet: CapsSheetPage, by: User | None = None, **answered: tuple[str, str]) -> GridReview:
    """The whole grid about the latest text: « oui », but for the criteria whose key (with _ for -) is given."""
    setup_grid()
    filled = {one.pk: answered.get(one.key.replace("-", "_"), (Answer.YES.value, "")) for one in criteria_of(None)}
    return fill(CapsSheetPage.objects.get(pk=sheet.pk), filled, by=by or outsider())
