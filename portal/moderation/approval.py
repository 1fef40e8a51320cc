"""What happens once the last step of a workflow is approved (``WAGTAIL_FINISH_WORKFLOW_ACTION``)."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # Wagtail loads this module while it defines its own models.
    from wagtail.models import WorkflowState

    from portal.users.models import User


def publish_approved(workflow_state: "WorkflowState", user: "User | None" = None) -> None:
    """Publish the approved text. Approving is the right to publish: reviewers need no « publish » permission."""
    revision = workflow_state.content_object.get_latest_revision()
    revision.publish(user=user, skip_permission_checks=True)
