"""The publication gate: whatever the path, an incomplete page does not become public."""

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from wagtail.admin.panels import Panel, PanelGroup
from wagtail.blocks import StreamValue
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.fields import StreamField
from wagtail.log_actions import log
from wagtail.models import Page, Revision

from portal.base.models import BasePage
from portal.base.models.concurrency import SCHEDULED, is_planned
from portal.moderation.page_forms import ModeratedPageForm
from portal.moderation.stream_errors import LocatedMessage, stream_messages
from portal.moderation.workflow import schedule_called_off, without_lost_targets
from portal.users.models import User


class MissingPoint(NamedTuple):
    """One thing that publication needs; ``path`` is the place of its input, in ``tab``."""

    tab: str
    label: str
    message: str
    path: str


def editor_tabs(model: type[Page]) -> dict[str, tuple[str, str]]:
    """Tab and own heading of the panel of each field and relation, in the order of the editor of ``model``."""
    return {
        name: (str(tab.heading), str(panel.heading))
        for tab in model.get_edit_handler().children
        for panel in _leaves(tab)
        if (name := getattr(panel, "field_name", "") or getattr(panel, "relation_name", ""))
    }


@cache
def asked_names(model: type["ModeratedPage"]) -> tuple[str, ...]:
    """The fields and relations that an empty page lacks to be public."""
    return tuple(model().all_errors())


def _leaves(panel: Panel) -> Iterator[Panel]:
    if isinstance(panel, PanelGroup):
        for child in panel.children:
            yield from _leaves(child)
    else:
        yield panel


def _path(message: str) -> tuple[str, ...]:
    return message.path if isinstance(message, LocatedMessage) else ()


class ModeratedPage(BasePage):
    """Abstract parent of the pages that become public only when complete.

    The form shows what is missing, field by field. ``publish`` and ``save`` check every other path: approval, bulk
    action, scheduled publication, import, superuser, shell.
    """

    is_demo = models.BooleanField(
        "exemple fictif", default=False, help_text="Affiche « exemple fictif » sur la page et dans les listes."
    )

    base_form_class = ModeratedPageForm
    advice_heading = "À regarder, sans bloquer"

    class Meta:
        abstract = True

    def save(self, clean: bool = True, user: User | None = None, log_action: str | bool = False, **kwargs: Any) -> None:
        if self.live and not kwargs.get("update_fields"):
            self._check_going_public(clean)
        super().save(clean=clean, user=user, log_action=log_action, **kwargs)

    def may_publish(self, revision: Revision, log_action: str | bool) -> bool:
        """Check the rules on the content of ``revision`` when it is planned for a later day, and again on that day.

        Raises ``ValidationError`` when one is broken, except on the day: the publication is then cancelled and its
        authors are notified, so that one page never blocks the pages scheduled after it. ``save`` checks the
        revision that goes online now, once.
        """
        if log_action != SCHEDULED and not is_planned(revision):
            return super().may_publish(revision, log_action)
        draft = revision.as_object()
        try:
            draft.check_publishable()
            draft.check_cleared(revision)
        except ValidationError:
            if log_action != SCHEDULED:
                raise
            draft.call_off_schedule(revision)
            return False
        return super().may_publish(revision, log_action)

    @classmethod
    def from_serializable_data(
        cls, data: dict[str, Any], check_fks: bool = True, strict_fks: bool = False
    ) -> "ModeratedPage | None":
        content = without_lost_targets(cls, data) if check_fks else data
        return super().from_serializable_data(content, check_fks=check_fks, strict_fks=strict_fks)

    @property
    def is_newly_published(self) -> bool:
        """Whether it was published once: Wagtail then writes the same instant as its first and its last publication."""
        return self.first_published_at is not None and self.first_published_at == self.last_published_at

    def publication_errors(self) -> dict[str, list[str]]:
        """What prevents this page from being public: French messages by field or relation name, ``{}`` if nothing."""
        return {}

    def clearance_errors(self, revision: Revision) -> list[str]:
        """Agreements and reviews that the text of ``revision`` still lacks to be public: French sentences.

        Checked when a revision is published, by any path; a draft is saved and submitted without them.
        """
        return []

    def all_errors(self) -> dict[str, list[str]]:
        """Broken rules and incomplete blocks."""
        errors = dict(self.publication_errors())
        for name, messages in self._block_errors().items():
            errors[name] = [*errors.get(name, []), *messages]
        return errors

    def check_publishable(self) -> None:
        """Raise ``ValidationError`` unless the page may be public as it stands."""
        _refuse([message for messages in self.all_errors().values() for message in messages])

    def check_cleared(self, revision: Revision) -> None:
        """Raise ``ValidationError`` unless all required people agreed to the text of ``revision``."""
        _refuse(self.clearance_errors(revision))

    def is_publishable(self) -> bool:
        return not self.all_errors()

    def missing_items(self) -> list[tuple[str, list[str]]]:
        """(label of the field, messages) of everything that publication still needs."""
        return [(self.field_label(name), messages) for name, messages in self.all_errors().items()]

    def asked_names(self) -> tuple[str, ...]:
        """What publication always asks: the editor marks it."""
        return asked_names(type(self))  # type: ignore[arg-type]  # a class has a hash

    def missing_points(self) -> list[MissingPoint]:
        """The same, message by message, each with the place of its input."""
        tabs = editor_tabs(type(self))
        order = {name: rank for rank, name in enumerate(tabs)}
        return [
            MissingPoint(*self._place(name, tabs), message, ".".join((name, *_path(message))))
            for name, messages in sorted(self.all_errors().items(), key=lambda item: order.get(item[0], -1))
            for message in messages
        ]

    def _place(self, name: str, tabs: dict[str, tuple[str, str]]) -> tuple[str, str]:
        """The tab of a field and its label: the panel of a plain field leaves that to the model."""
        tab, heading = tabs.get(name, ("", ""))
        return tab, heading or self.field_label(name)

    def advice(self) -> list[tuple[str, list[str]]]:
        """(label, messages) of advice that never blocks."""
        return []

    def field_label(self, name: str) -> str:
        """French label of a field, or of the relation that an inline panel edits."""
        field = self._meta.get_field(name)
        if field.is_relation and field.auto_created:
            return str(field.related_model._meta.verbose_name_plural)
        return str(getattr(field, "verbose_name", name))

    def stream_value(self, name: str) -> StreamValue:
        """The text of a StreamField as its block checks it."""
        return getattr(self, name)

    def _block_errors(self) -> dict[str, list[LocatedMessage]]:
        """Errors of the StreamFields: ``full_clean`` does not look inside their blocks."""
        errors = {}
        for field in self._meta.get_fields():
            if not isinstance(field, StreamField):
                continue
            value = self.stream_value(field.name)
            try:
                field.stream_block.clean(value)
            except StreamBlockValidationError as error:
                errors[field.name] = stream_messages(value, error)
        return errors

    def _check_going_public(self, clean: bool) -> None:
        """The editor's « publish » and Wagtail's API never call ``publish``: they save the page that they made live."""
        if self._state.adding and (self.alias_of_id or self.live_revision_id):
            _refuse(["Une copie passe elle-même par la relecture : copiez la page sans la publier."])
        if not clean:
            return
        before = Page.objects.filter(pk=self.pk).values_list("live", "live_revision_id").first()
        if before == (True, self.live_revision_id):
            return
        self.check_publishable()
        if self.live_revision_id and self.pk:
            self.check_cleared(self.live_revision)

    def call_off_schedule(self, revision: Revision) -> None:
        """Clear the date of a scheduled revision that may not be published, and notify the reason."""
        type(revision).objects.filter(pk=revision.pk).update(approved_go_live_at=None)
        reasons = [message for messages in self.all_errors().values() for message in messages]
        reasons += self.clearance_errors(revision)
        log(instance=self, action="portal.schedule_called_off", revision=revision, data={"reasons": reasons})
        schedule_called_off.send(sender=type(self), page=self, revision=revision, reasons=reasons)


def _refuse(messages: list[str]) -> None:
    """By field, so that Wagtail's API can answer with the messages."""
    if messages:
        raise ValidationError({NON_FIELD_ERRORS: messages})
