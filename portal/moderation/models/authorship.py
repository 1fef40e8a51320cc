"""Who wrote the text under review, and what keeps it from being public."""

from wagtail.models import Page

from portal.base.models.concurrency import ConcurrentPage
from portal.base.texts import revision_text


def contributors(page: Page) -> set[int]:
    """Ids of the people whose text would become public by an approval.

    They are all who changed the text since the live revision, and the person who submitted the page.
    """
    revisions = page.revisions.order_by("pk").only("user_id", "content")
    if page.live_revision_id:
        revisions = revisions.filter(pk__gte=page.live_revision_id)
    people = set()
    before = None
    for revision in revisions:
        text = revision_text(revision.content)
        if text != before and revision.pk != page.live_revision_id:
            people.add(revision.user_id)
        before = text
    state = page.current_workflow_state
    people.add(state.requested_by_id if state else None)
    return people - {None}


def publication_blockers(page: Page) -> list[str]:
    """Everything that prevents the last draft of ``page`` from being public: a takedown, broken rules, then missing
    agreements.
    """
    revision = page.specific.get_latest_revision()
    draft = revision.as_object() if revision else page.specific
    held = draft.holds() if isinstance(draft, ConcurrentPage) else []
    if not hasattr(draft, "all_errors"):
        return held
    messages = held + [message for messages in draft.all_errors().values() for message in messages]
    return messages + (draft.clearance_errors(revision) if revision else [])


def draft_errors(page: Page) -> list[str]:
    """The rules of its type that the last draft breaks; empty for a page type without rules."""
    draft = page.specific.get_latest_revision_as_object()
    errors = draft.all_errors().values() if hasattr(draft, "all_errors") else ()
    return [message for messages in errors for message in messages]
