"""Template tags of the coordinators' space."""

from typing import cast

from django import template
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from network.models import ClsmPage, CoordinatorAssignment
from network.permissions import my_clsms
from network.space_sections import waiting_tasks
from portal.users.models import User
from portal.users.second_factor import has_admin_access

register = template.Library()


@register.inclusion_tag("components/space/bar.html", takes_context=True)
def space_bar(context: template.Context, clsm: ClsmPage | None = None) -> dict[str, object]:
    """Above every page of the space and of the account: who is there, what waits, the other CLSMs, the way out."""
    request: HttpRequest = context["request"]
    user, clsms = cast(User, request.user), my_clsms(request)
    tasks = waiting_tasks(clsms, user)
    return {
        "clsm": clsm,
        "clsms": [(one, sum(tasks.get(one.pk, {}).values())) for one in clsms],
        "person": user,
        "waiting": sum(sum(counts.values()) for counts in tasks.values()),
        "opens_back_office": not clsms and has_admin_access(user),
        "csrf_token": context.get("csrf_token"),
        "request": request,
    }


@register.inclusion_tag("components/space/posts.html", takes_context=True)
def space_posts(context: template.Context) -> dict[str, object]:
    """For a person who coordinates nothing today: when a post begins, or when it ended."""
    today = timezone.localdate()
    mine = CoordinatorAssignment.objects.filter(user=context["request"].user).select_related("clsm")
    return {
        "coming": list(mine.filter(start__gt=today).filter(Q(end=None) | Q(end__gte=today)).order_by("start")),
        "past": list(mine.filter(end__lt=today)),
    }
