"""« Vous coordonnez ce CLSM ? »: a page of its own, so that the public profile stays cacheable and without cookie."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from network.coordination.claims import is_claimable, receive
from network.models import ClsmPage
from network.models.queries import public_profiles
from portal.base.errors import Refused
from portal.base.rate import network_of
from portal.space.forms import ClaimForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, clsm_pk: int) -> HttpResponse:
    clsm = _public_profile(clsm_pk)
    form = ClaimForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            receive(clsm, form.claimant(), sender=network_of(request))
        except Refused as refusal:
            form.add_error(None, refusal.messages)
        else:
            return redirect("claim_received", clsm.pk)
    context = {"clsm": clsm, "form": form, "is_claimable": is_claimable(clsm)}
    status = 422 if request.method == "POST" else 200
    return render(request, "pages/space/claim.html", context, status=status)


@never_cache
@require_safe
def claim_received(request: HttpRequest, clsm_pk: int) -> HttpResponse:
    return render(request, "pages/space/claim_received.html", {"clsm": _public_profile(clsm_pk)})


def _public_profile(pk: int) -> ClsmPage:
    clsm = public_profiles().filter(pk=pk).first()
    if clsm is None:
        raise Http404("Aucun profil public à cette adresse.")
    return clsm
