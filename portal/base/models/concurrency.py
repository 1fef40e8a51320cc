"""Concurrent saves of a page by people and programs: the last decision stands, and no text is stored twice."""

import json
from collections.abc import Collection, Mapping
from typing import Any, Self

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from wagtail import hooks
from wagtail.models import COMMENTS_RELATION_NAME, Page, Revision, TaskState

from portal.base.errors import RefusedError
from portal.base.texts import revision_says, says_the_same

#: Columns written by decisions and moves, never by a form. Saving an object read earlier does not restore them.
DECIDED = (
    "live",
    "live_revision_id",
    "latest_revision_id",
    "latest_revision_created_at",
    "has_unpublished_changes",
    "first_published_at",
    "last_published_at",
    "expired",
    "locked",
    "locked_at",
    "locked_by_id",
    "path",
    "depth",
    "numchild",
    "url_path",
)
SCHEDULED = "wagtail.publish.scheduled"


class ConcurrentPage(Page):
    """Abstract: saving, publishing and unpublishing lock the row of the page and reload the decided columns."""

    #: The decided columns as the database had them when this object was read; empty for a new object.
    _read: Mapping[str, Any] = {}

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any]) -> Self:
        page = super().from_db(db, field_names, values)
        page._note(DECIDED)
        return page

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        super().refresh_from_db(*args, **kwargs)
        self._note(DECIDED)

    def with_content_json(self, content: dict[str, Any]) -> Self:
        """Wagtail's, which keeps some of the decided columns at their value on the day of the revision."""
        page = super().with_content_json(content)
        for name in ("live_revision_id", "last_published_at", "expired"):
            setattr(page, name, getattr(self, name))
        page._note(DECIDED)
        return page

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        fields = kwargs.get("update_fields")
        if fields is None and not self._state.adding:
            before = self._read.get("live_revision_id")
            self.take_decisions()
            if self.live and before != self._read.get("live_revision_id") == self.live_revision_id:
                raise RefusedError(
                    f"« {self.title} » a été publiée entre-temps : cette version plus ancienne n’y va pas."
                )
        if self.live and ("live" in fields if fields is not None else not self._read.get("live")):
            self.check_not_held()
        super().save(*args, **kwargs)
        self._note(DECIDED if fields is None else {*fields, *(f"{name}_id" for name in fields)})

    @transaction.atomic
    def save_revision(
        self, user: Any = None, *args: Any, overwrite_revision: Revision | None = None, **kwargs: Any
    ) -> Revision:
        """Save a revision if the content changed; else return the latest revision unchanged.

        A revision that is online, or that is in a workflow, is not overwritten: a new one follows it.
        """
        self.take_decisions()
        latest = Revision.objects.filter(pk=self.latest_revision_id).first()
        if latest and not kwargs.get("approved_go_live_at") and says_the_same(latest.content, self.content_to_keep()):
            self._save_comments(latest)
            return latest
        if overwrite_revision and overwrite_revision == latest and not self._may_be_written_over(latest, user):
            overwrite_revision = None
        return super().save_revision(user, *args, overwrite_revision=overwrite_revision, **kwargs)

    @transaction.atomic
    def publish(self, revision: Revision, *args: Any, log_action: str | bool = True, **kwargs: Any) -> None:
        """Wagtail's, with the revision reloaded; nothing if it is online, or no longer scheduled.

        Publishing a text equal to the one online is no update: readers, feeds and robots see the same date.
        """
        stored = self.lock()
        revision.refresh_from_db()
        is_over = log_action == SCHEDULED and revision.approved_go_live_at is None
        if is_over or stored is None or _is_online(stored, revision):
            return
        if self.may_publish(revision, log_action):
            is_update = not _reads_as_online(stored, revision)
            super().publish(revision, *args, log_action=log_action, **kwargs)
            if not is_update:
                Page.objects.filter(pk=self.pk).update(last_published_at=stored["last_published_at"])

    def may_publish(self, revision: Revision, log_action: str | bool) -> bool:
        """Called with the row locked. Raises ``ValidationError`` with the reasons of a refusal.

        ``save`` refuses what goes online now; a publication planned for later is refused here, and cancelled that day.
        """
        if log_action == SCHEDULED and self.holds():
            Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=None)
            return False
        if is_planned(revision):
            self.check_not_held()
        return True

    def holds(self) -> list[str]:
        """Why this page stays offline whatever its text, in French: what the hook ``page_holds`` says."""
        return [reason for hold in hooks.get_hooks("page_holds") for reason in hold(self)]

    def check_not_held(self) -> None:
        """Raise ``ValidationError`` if something keeps this page offline."""
        if reasons := self.holds():
            raise ValidationError({NON_FIELD_ERRORS: reasons})

    @transaction.atomic
    def unpublish(self, *args: Any, **kwargs: Any) -> None:
        self.take_decisions()
        super().unpublish(*args, **kwargs)

    def lock(self) -> dict[str, Any] | None:
        """The decided columns of this page, whose row is locked until the end of the transaction; None if it is
        deleted.
        """
        return Page.objects.select_for_update().filter(pk=self.pk).values(*DECIDED).first()

    def take_decisions(self) -> None:
        """Lock the row. Decisions made since it was read replace the values that this object did not change itself."""
        stored = self.lock() or {}
        for name in stored.keys() & self._read.keys():
            if getattr(self, name) == self._read[name]:
                setattr(self, name, stored[name])
        self._read = stored

    def content_to_keep(self) -> dict[str, Any]:
        """The content that a revision of this object would hold once read back."""
        return json.loads(json.dumps(self.serializable_data(), cls=DjangoJSONEncoder))

    def _note(self, names: Collection[str]) -> None:
        """Store these columns as the database has them; deferred ones are skipped."""
        known = {name: self.__dict__[name] for name in DECIDED if name in names and name in self.__dict__}
        self._read = {**self._read, **known}

    def _save_comments(self, revision: Revision) -> None:
        """Comments are not part of the text: they are saved beside ``revision``, which they refer to."""
        for comment in getattr(self, COMMENTS_RELATION_NAME).filter(pk__isnull=True):
            comment.revision_created = revision
        self.save(update_fields=[COMMENTS_RELATION_NAME], clean=False)

    def _may_be_written_over(self, revision: Revision, user: Any) -> bool:
        if revision.pk == self.live_revision_id or revision.user_id != (user and user.pk):
            return False
        return not TaskState.objects.filter(revision=revision).exists()


def is_planned(revision: Revision) -> bool:
    """Whether publishing ``revision`` now only schedules it for a later day."""
    planned = parse_datetime(revision.content.get("go_live_at") or "")
    return bool(planned and planned > timezone.now())


def _is_online(stored: Mapping[str, Any], revision: Revision) -> bool:
    """Whether the content of ``revision`` is online already and is not scheduled for a later day."""
    return stored["live"] and stored["live_revision_id"] == revision.pk and not is_planned(revision)


def _reads_as_online(stored: Mapping[str, Any], revision: Revision) -> bool:
    online = Revision.objects.filter(pk=stored["live_revision_id"]).first() if stored["live"] else None
    return online is not None and revision_says(online.content) == revision_says(revision.content)
