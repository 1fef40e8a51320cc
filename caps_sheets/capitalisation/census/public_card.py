"""The short public card of an action: which actions have one, its URL, its content."""

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from caps_sheets.capitalisation.models import PUBLIC_STATES, CensusAnswer
from caps_sheets.models import CapsSheetPage
from portal.base.querysets import is_visible, visible

SHOWN_ON_PROFILE = 12
LISTS = ("themes", "audiences", "settings", "action_types", "objectives", "communes")


def public_answers() -> QuerySet[CensusAnswer]:
    """What a visitor may see: let through by the CLSM and the Centre, of a CLSM whose page is public."""
    return CensusAnswer.objects.filter(is_visible("clsm"), state__in=PUBLIC_STATES, allows_publication=True)


def card_url(answer: CensusAnswer) -> str:
    """The address of the card; empty while it is not public."""
    return answer.url if public_answers().filter(pk=answer.pk).exists() else ""


@require_safe
def card(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """``/actions/<pk>-<slug>/``: 404 unless the action is public now; one address only for each action."""
    answers = public_answers().select_related("clsm", "main_theme").prefetch_related(*LISTS)
    answer = answers.filter(pk=pk).first()
    if answer is None:
        raise Http404
    if request.path != answer.url:
        return redirect(answer.url, permanent=True)
    themes = [answer.main_theme] if answer.main_theme else []
    themes += [theme for theme in answer.themes.all() if theme not in themes]
    previous = public_answers().filter(next_editions=answer).first()
    context = {
        "answer": answer,
        "clsm": answer.clsm,
        "themes": themes,
        "sheet": visible(CapsSheetPage.objects.filter(case_file__answer=answer)).first(),
        "previous_url": previous.url if previous else "",
        "canonical_url": request.build_absolute_uri(answer.url),
        "shows_help": any(theme.shows_help for theme in themes),
    }
    return render(request, "pages/census/card.html", context)
