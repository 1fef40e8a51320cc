"""Drafts without their deleted references, and what runs after the last step of a workflow.

modelcluster refuses to open a draft that points to a deleted object through a protected key. ``publish_approved`` is
the value of ``WAGTAIL_FINISH_WORKFLOW_ACTION``.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import PROTECT, ForeignKey, Model
from django.dispatch import Signal
from modelcluster.models import get_all_child_relations

if TYPE_CHECKING:
    from wagtail.models import WorkflowState

    from portal.users.models import User


def without_lost_targets(model: type[Model], content: Mapping[str, Any]) -> dict[str, Any]:
    """The content of a revision, with protected keys to deleted objects emptied, and such children removed.

    Deleting a term that only a draft uses is allowed: the draft must open, and show that the field is missing.
    """
    kept = {**content, **dict.fromkeys(_lost_keys(model, content))}
    for relation in get_all_child_relations(model):
        name = relation.get_accessor_name()
        if name in content:
            kept[name] = [child for child in content[name] if not _lost_keys(relation.related_model, child)]
    return kept


def _lost_keys(model: type[Model], content: Mapping[str, Any]) -> list[str]:
    keys = [
        field
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey) and field.remote_field.on_delete is PROTECT
    ]
    return [
        key.name
        for key in keys
        if content.get(key.name) is not None
        and not key.remote_field.model._default_manager.filter(pk=content[key.name]).exists()
    ]


def publish_approved(workflow_state: "WorkflowState", user: "User | None" = None) -> None:
    """Publish the approved text. An approval includes the right to publish: reviewers need no « publish »
    permission.
    """
    revision = workflow_state.content_object.get_latest_revision()
    revision.publish(user=user, skip_permission_checks=True)


#: A scheduled publication was cancelled: the page no longer meets the rules. Sends ``page`` and ``revision``.
schedule_called_off = Signal()
