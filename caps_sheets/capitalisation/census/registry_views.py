"""Change of the state of several answers at once: select, read what is refused and why, confirm."""

from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe
from wagtail.admin import messages
from wagtail.admin.auth import permission_denied

from caps_sheets.capitalisation.census.modeladmin import RegistryIndexView, registry
from caps_sheets.capitalisation.census.services import change_state
from caps_sheets.capitalisation.census.transitions import CENSUS, CENTRE, DECIDES, DRAFT
from caps_sheets.capitalisation.models import CensusAnswer, CensusState
from portal.base.admin_views import ObjectView
from portal.base.numbers import posted_number
from portal.base.outcomes import refusals
from portal.users.models import User

TITLE = "Changer l’état de plusieurs actions"
#: Maximum number of answers in one change: enough for a region, quick enough for one request.
MOST = 200
#: The states that the Centre may choose, in the order of the table.
STATES = tuple(CensusState(rule.name) for rule in CENSUS if CENTRE in rule.actors)


@dataclass(frozen=True)
class Forecast:
    """The expected outcome for one answer; without ``problems``, it changes."""

    answer: CensusAnswer
    problems: list[str]


class ChooseView(RegistryIndexView):
    """The rows of the registry, under the same filters, each with a checkbox; no export."""

    FORMATS = ()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        here = context["page_obj"]
        return (
            context
            | screen()
            | {
                "states": choices(),
                "action": reverse("census_batch_confirm"),
                "previous_url": self.get_query_string({"p": here.number - 1}),
                "next_url": self.get_query_string({"p": here.number + 1}),
            }
        )

    def get_template_names(self) -> str:
        return "wagtailadmin/census/batch_choose.html"


@require_safe
def choose(request: HttpRequest) -> HttpResponseBase:
    if not request.user.has_perm(DECIDES):
        return permission_denied(request)
    view = ChooseView(model_admin=registry)
    view.setup(request)
    return view.dispatch(request)


class ConfirmView(ObjectView):
    """First shows what would happen; changes the states only after the second button."""

    right = DECIDES
    http_method_names = ["post"]
    page_title = TITLE
    header_icon = "list-ul"
    template_name = "wagtailadmin/census/batch_confirm.html"

    def crumbs(self) -> list[dict[str, Any]]:
        return registry_crumbs()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        numbers = [number for number in map(posted_number, request.POST.getlist("action")) if number][:MOST]
        answers = list(chosen(numbers))
        to, reason = request.POST.get("etat", ""), request.POST.get("motif", "").strip()
        problems = missing(answers, to)
        forecasts = [] if problems else [self.forecast(answer, to, reason) for answer in answers]
        if "confirme" in request.POST and any(not forecast.problems for forecast in forecasts):
            apply(request, forecasts, CensusState(to), reason)
            return redirect("recensement_modeladmin_index")
        context = {
            "answers": answers,
            "forecasts": forecasts,
            "problems": problems,
            "possible": sum(not forecast.problems for forecast in forecasts),
            "states": choices(),
            "to": to,
            "reason": request.POST.get("motif", ""),
        }
        return self.render_to_response(self.get_context_data(**context), status=400 if problems else 200)

    def forecast(self, answer: CensusAnswer, to: str, reason: str) -> Forecast:
        return Forecast(answer, CENSUS.refusals(answer, to, by=self.user, reason=reason))


def chosen(numbers: list[int]) -> Any:
    return (
        CensusAnswer.objects.filter(pk__in=numbers)
        .exclude(state=DRAFT)
        .select_related("clsm", "case_file")
        .order_by("title")
    )


def missing(answers: list[CensusAnswer], to: str) -> list[str]:
    problems = [] if answers else ["Cochez au moins une action."]
    return problems if to in STATES else [*problems, "Choisissez le nouvel état."]


def apply(request: HttpRequest, forecasts: list[Forecast], to: CensusState, reason: str) -> None:
    """Each answer separately, from the state on screen: a late refusal does not affect the others."""
    changed = 0
    refused = [f"{forecast.answer} : {' '.join(forecast.problems)}" for forecast in forecasts if forecast.problems]
    for forecast in [possible for possible in forecasts if not possible.problems]:
        forecast.answer.state = request.POST.get(f"vu-{forecast.answer.pk}", forecast.answer.state)
        with refusals() as problems:
            change_state(forecast.answer, to, by=cast(User, request.user), reason=reason)
        if problems:
            refused.append(f"{forecast.answer} : {' '.join(problems)}")
        changed += not problems
    if changed:
        messages.success(request, f"{changed} action{'s' * (changed > 1)} : nouvel état « {to.label} ».")
    for line in refused[:20]:
        messages.warning(request, f"Non changée – {line}")


def choices() -> list[tuple[str, str]]:
    return [(state.value, f"{CENSUS.by_name[state].label} (« {state.label} »)") for state in STATES]


def screen() -> dict[str, Any]:
    """Heading and breadcrumbs, as ``wagtailadmin/generic/base.html`` takes them."""
    crumbs = [
        {"url": reverse("wagtailadmin_home"), "label": "Accueil"},
        *registry_crumbs(),
        {"url": "", "label": TITLE},
    ]
    return {"page_title": TITLE, "header_title": TITLE, "header_icon": "list-ul", "breadcrumbs_items": crumbs}


def registry_crumbs() -> list[dict[str, Any]]:
    return [{"url": reverse("recensement_modeladmin_index"), "label": "Actions recensées"}]
