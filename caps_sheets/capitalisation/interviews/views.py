"""What the coordinators of a CLSM see of an interview: its appointment, and nothing else of the case file."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from caps_sheets.capitalisation.interviews.appointments import FILE_NAME, calendar_file, upcoming
from caps_sheets.capitalisation.models import Interview
from network.models import ClsmPage
from network.permissions import for_coordinators


@require_safe
@for_coordinators
def appointment(request: HttpRequest, clsm: ClsmPage, pk: int) -> HttpResponse:
    """The appointment for a calendar; 404 once it is over, or if it is of another CLSM."""
    for interview in upcoming(clsm.pk):
        if interview.pk == pk:
            return calendar_response(interview)
    raise Http404("Cet entretien n’est plus à venir, ou n’est pas celui de ce CLSM.")


def calendar_response(interview: Interview) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{FILE_NAME}"', "Cache-Control": "private, no-store"}
    return HttpResponse(calendar_file(interview), content_type="text/calendar; charset=utf-8", headers=headers)
