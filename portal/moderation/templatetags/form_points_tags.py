"""What a refused page form lacks, at its top."""

from typing import Any

from django import template
from wagtail.admin.forms import WagtailAdminPageForm

from portal.base.plurals import counted
from portal.moderation.form_points import refusal
from portal.moderation.models.pages import MissingPoint

register = template.Library()


@register.inclusion_tag("components/error_summary.html")
def refused_points(form: WagtailAdminPageForm) -> dict[str, Any]:
    refused = refusal(form)
    if refused is None:
        return {}
    problems = [
        {"path": point.path, "label": _place(point), "text": point.message} if point.path else point.message
        for point in refused.points
    ]
    count = f"{counted(len(problems), 'point')} à reprendre"
    what = "La page n’est ni soumise ni publiée" if refused.is_draft else "La page n’est pas enregistrée"
    return {"problems": problems, "lead": f"{what} : {count}. Ce que vous avez écrit est gardé ici."}


def _place(point: MissingPoint) -> str:
    label = f"{point.label[:1].upper()}{point.label[1:]}"
    return f"Onglet « {point.tab} », {label}" if point.tab else label
