"""Submitting a page to its workflow, from the editor or from another screen: the same rules."""

from collections.abc import Mapping
from typing import Any

from wagtail.models import Page, WorkflowState

from portal.base.errors import RefusedError
from portal.base.texts import says_the_same
from portal.moderation.models import ModeratedPage
from portal.users.models import User

NOTHING_NEW = (
    "Rien n’a changé depuis la version en ligne : il n’y a rien à relire, et personne n’est prévenu. "
    "Modifiez la page avant de la soumettre."
)


def check_new(page: Page, content: Mapping[str, Any]) -> None:
    """Raise ``RefusedError`` if the text to review, ``content``, equals the public one."""
    if not page.live:
        return
    stored = type(page)._default_manager.get(pk=page.pk)
    online = stored.live_revision.content if stored.live_revision else stored.content_to_keep()
    if says_the_same(online, content):
        raise RefusedError(NOTHING_NEW)


def submit(page: ModeratedPage, user: User) -> None:
    """Start the workflow of ``page`` on its latest revision, or resume the one that asked for changes.

    The caller has locked the page and checked its text.
    """
    if not page.permissions_for_user(user).can_submit_for_moderation():
        raise RefusedError("Cette page ne se soumet pas à la relecture maintenant.")
    state = page.current_workflow_state
    if state is not None and state.status == WorkflowState.STATUS_NEEDS_CHANGES:
        state.resume(user)
    else:
        page.get_workflow().start(page, user)
