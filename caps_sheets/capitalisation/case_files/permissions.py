"""Who may see and change a case file. Rights are permissions, given to roles in ``portal.site_setup.roles``."""

from django.db.models import Q, QuerySet

from caps_sheets.capitalisation.models import CaseFile
from portal.users.models import User
from portal.users.queries import holders

APP = "caps_capitalisation"

VIEW, VIEW_EVERY = f"{APP}.view_casefile", f"{APP}.view_every_casefile"

CHANGE, CHANGE_EVERY = f"{APP}.change_casefile", f"{APP}.change_every_casefile"

OPEN = f"{APP}.add_casefile"

FIGURES = f"{APP}.view_figures"


def may_see(user: User, case_file: CaseFile) -> bool:
    """All files for users with that permission, their own for the others."""
    return user.has_perm(VIEW) and (user.has_perm(VIEW_EVERY) or case_file.owner_id == user.pk)


def may_change(user: User, case_file: CaseFile) -> bool:
    """Notes, dates and framing grid: the Centre on every file, owners on their own."""
    return may_see(user, case_file) and (is_centre(user) or is_owner(user, case_file))


def is_centre(user: User) -> bool:
    return user.has_perm(CHANGE_EVERY)


def is_owner(user: User, case_file: CaseFile) -> bool:
    return user.has_perm(CHANGE) and case_file.owner_id == user.pk


def visible_to(user: User) -> QuerySet[CaseFile]:
    """The case files that ``user`` may see."""
    if not user.has_perm(VIEW):
        return CaseFile.objects.none()
    files = CaseFile.objects.all()
    return files if user.has_perm(VIEW_EVERY) else files.filter(owner=user)


def readers(case_file: CaseFile) -> QuerySet[User]:
    """The users who may see ``case_file``, for a notice or a list of readers."""
    everybody = Q(pk__in=holders(VIEW_EVERY))
    owner = Q(pk=case_file.owner_id) & Q(pk__in=holders(VIEW))
    return User.objects.filter(everybody | owner)


def possible_owners() -> QuerySet[User]:
    """The users to whom a case file may be given: those who may act on their own files."""
    return holders(CHANGE).order_by("first_name", "last_name", "email")
