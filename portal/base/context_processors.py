"""What the frame of every public page needs."""

from django.http import HttpRequest


def site_frame(request: HttpRequest) -> dict[str, object]:
    return {}
