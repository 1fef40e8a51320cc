"""The dashboard panels, and marking a notice as read."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST
from wagtail import hooks

from portal.home import deletion  # noqa: F401 (its hooks)
from portal.home.dashboard import PANELS
from portal.moderation.models import Notice

#: Wagtail's panels that ours replace.
REPLACED = ("workflow_objects_to_moderate", "user_objects_in_workflow_moderation")


@hooks.register("construct_homepage_panels")
def dashboard_panels(request: HttpRequest, panels: list) -> None:
    panels[:] = [panel for panel in panels if panel.name not in REPLACED]
    panels.extend(panel(request) for panel in PANELS)


@require_POST
def mark_notices_read(request: HttpRequest) -> HttpResponse:
    """Mark one notice of the signed-in person as read, or all of them."""
    notices = Notice.objects.filter(recipient=request.user.pk, read_at=None)
    if pk := request.POST.get("notice"):
        notices = notices.filter(pk=pk) if pk.isdigit() else notices.none()
    notices.update(read_at=timezone.now())
    return redirect("wagtailadmin_home")


@hooks.register("register_admin_urls")
def notice_url() -> list:
    return [path("avis/lus/", mark_notices_read, name="mark_notices_read")]
