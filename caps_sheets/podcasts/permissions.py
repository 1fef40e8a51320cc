"""Who may prepare an episode. Rights are data, given to roles in ``portal.site_setup.roles``."""

from django.db.models import QuerySet

from caps_sheets.podcasts.models import EpisodePage, ShowPage
from portal.users.models import User
from portal.users.queries import holders

#: Recording and reading the signed agreements, which hold names.
VOICES = "caps_podcasts.change_voiceauthorisation"


def may_edit(user: User, episode: EpisodePage) -> bool:
    return episode.permissions_for_user(user).can_edit()


def may_write(user: User, episode: EpisodePage) -> bool:
    """Change the page itself: not while a workflow locks it for this user."""
    rights = episode.permissions_for_user(user)
    return rights.can_edit() and not rights.page_locked()


def may_keep_voices(user: User, episode: EpisodePage) -> bool:
    return may_edit(user, episode) and user.has_perm(VOICES)


def open_shows(user: User) -> list[ShowPage]:
    """The shows in which this user may prepare an episode."""
    return [show for show in ShowPage.objects.order_by("path") if may_prepare(user, show)]


def may_prepare(user: User, show: ShowPage) -> bool:
    return not show.is_complete and show.permissions_for_user(user).can_add_subpage()


def voice_keepers() -> QuerySet[User]:
    """The active users who manage the agreements: they are notified when one ends."""
    return holders(VOICES)
