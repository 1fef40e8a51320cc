"""« Mon CLSM », the space of coordinators: sections of each CLSM, handover, claims and invitations.

A claim has a page of its own, so that the public profile stays cacheable and sets no cookie. The link of an
invitation opens a page with a button, or with what to do when the link no longer works.
"""

from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from network.coordination.assignments import update_details
from network.coordination.claims import is_claimable, receive
from network.coordination.invitations import accept, account_of, cancel, declare, find, open_handover
from network.models import ClsmPage, CoordinatorAssignment, Invitation, InvitationState
from network.models.clsm_context import shown_to_public
from network.models.coordination import SHOWN
from network.models.records import confirm_unchanged
from network.permissions import for_coordinators, my_clsms, private, public_profile
from network.space_sections import Section, filled_sections, waiting_tasks
from portal.base.outcomes import refusals, say_outcome
from portal.base.rate import network_of
from portal.moderation.models import Notice
from portal.space.forms import AcceptForm, ClaimForm, DetailsForm, HandoverForm
from portal.users.login_forms import INVITED
from portal.users.models import User
from portal.users.second_factor import has_admin_access


@require_safe
@private
def choose(request: HttpRequest) -> HttpResponse:
    """``/mon-clsm/``, where a login leads: the place of work of each role.

    The only CLSM of a coordinator, or the list of theirs; the back office, whose door asks for the second factor; the
    account, which explains why nothing is open yet.
    """
    clsms, user = my_clsms(request), cast(User, request.user)
    if len(clsms) == 1:
        return redirect("space_home", clsms[0].pk)
    if clsms:
        tasks = waiting_tasks(clsms, user)
        rows = [(clsm, sorted(tasks.get(clsm.pk, {}).items(), key=_in_order)) for clsm in clsms]
        return render(request, "pages/space/choose.html", {"rows": rows})
    is_centre = user.lacks_second_factor or has_admin_access(user)
    return redirect("wagtailadmin_home" if is_centre else "account_home")


def _in_order(counted: tuple[Section, int]) -> int:
    return counted[0].order


@require_safe
@for_coordinators
def home(request: HttpRequest, clsm: ClsmPage) -> HttpResponse:
    filled = filled_sections(clsm, cast(User, request.user))
    todos = [todo for filled_section in filled for todo in filled_section.todos]
    return render(request, "pages/space/home.html", {"clsm": clsm, "sections": filled, "todos": todos})


@require_http_methods(["GET", "HEAD", "POST"])
@for_coordinators
def details(request: HttpRequest, clsm: ClsmPage) -> HttpResponse:
    """« Mes coordonnées »: what is saved is public at once. « Voir » shows it first, and saves nothing."""
    post = _my_post(request, clsm)
    if "hide" in request.POST:
        return _save_details(request, post, dict.fromkeys(SHOWN, False))
    form = DetailsForm(request.POST or None, instance=post)
    is_shown = Q(*((name, True) for name in SHOWN), _connector=Q.OR)
    if form.is_valid() and "preview" not in request.POST:
        return _save_details(request, post, form.cleaned_data)
    context = {
        "clsm": clsm,
        "form": form,
        "seen": shown_to_public(form.instance),
        "is_saved": request.method != "POST",
        "shows_something": _my_posts(request, clsm).filter(is_shown).exists(),
        "trail": [{"title": "Mon CLSM", "url": reverse("space_home", args=[clsm.pk])}],
        "trail_here": "Mes coordonnées",
    }
    return render(request, "pages/space/details.html", context, status=422 if form.errors else 200)


def _save_details(request: HttpRequest, post: CoordinatorAssignment, values: dict[str, Any]) -> HttpResponse:
    with refusals() as problems:
        update_details(post, by=cast(User, request.user), **values)
    say_outcome(request, problems, done="C’est enregistré : la page publique du CLSM montre ce que vous avez choisi.")
    return redirect("space_details", post.clsm_id)


@require_POST
@for_coordinators
def confirm(request: HttpRequest, clsm: ClsmPage) -> HttpResponse:
    with refusals() as problems:
        confirm_unchanged(clsm, cast(User, request.user))
    say_outcome(request, problems, done="Merci : le profil est confirmé à la date d’aujourd’hui.")
    return redirect("space_home", clsm.pk)


@require_POST
@for_coordinators
def mark_read(request: HttpRequest, clsm: ClsmPage) -> HttpResponse:
    """Mark one message of the user as read, or all of them."""
    notices = Notice.objects.filter(recipient=cast(User, request.user), read_at=None)
    if pk := request.POST.get("notice"):
        notices = notices.filter(pk=pk) if pk.isdecimal() else notices.none()
    notices.update(read_at=timezone.now())
    return redirect(f"{reverse('space_home', args=[clsm.pk])}#messages")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, clsm_pk: int) -> HttpResponse:
    clsm = public_profile(clsm_pk)
    form = ClaimForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals() as problems:
            receive(clsm, form.claimant(), sender=network_of(request))
        if not problems:
            return redirect("claim_received", clsm.pk)
        form.add_error(None, problems)
    context = {"clsm": clsm, "form": form, "is_claimable": is_claimable(clsm)}
    status = 422 if request.method == "POST" else 200
    return render(request, "pages/space/claim.html", context, status=status)


@never_cache
@require_safe
def claim_received(request: HttpRequest, clsm_pk: int) -> HttpResponse:
    return render(request, "pages/space/claim_received.html", {"clsm": public_profile(clsm_pk)})


@require_http_methods(["GET", "HEAD", "POST"])
@for_coordinators
def handover(request: HttpRequest, clsm: ClsmPage) -> HttpResponse:
    post = _my_post(request, clsm)
    form = HandoverForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = cast(User, request.user)
        with refusals() as problems:
            declare(post, last_day=form.cleaned_data["last_day"], successor=form.successor(), by=user)
        if not problems:
            thanks = "Votre départ est noté et le Centre est prévenu. Merci pour ce que vous avez fait."
            messages.success(request, thanks)
            return redirect(_coordination(clsm))
        form.add_error(None, problems)
    context = {
        "clsm": clsm,
        "form": form,
        "post": post,
        "departure": open_handover(post),
        "trail": [{"title": "Mon CLSM", "url": reverse("space_home", args=[clsm.pk])}],
        "trail_here": "Passer le relais",
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "pages/space/handover.html", context, status=status)


@require_POST
@for_coordinators
def cancel_handover(request: HttpRequest, clsm: ClsmPage) -> HttpResponse:
    departure = open_handover(_my_post(request, clsm))
    if departure is None:
        raise Http404("Aucun départ n’est déclaré.")
    with refusals() as problems:
        cancel(departure, by=cast(User, request.user))
    done = "Votre départ est annulé : vous restez en poste. Le Centre est prévenu."
    say_outcome(request, problems, done)
    return redirect(_coordination(clsm))


def _my_post(request: HttpRequest, clsm: ClsmPage) -> CoordinatorAssignment:
    """The current post that ends last; ``for_coordinators`` ensured that there is one."""
    return _my_posts(request, clsm).select_related("clsm", "user").order_by("-start", "-pk")[0]


def _my_posts(request: HttpRequest, clsm: ClsmPage) -> QuerySet[CoordinatorAssignment]:
    return CoordinatorAssignment.objects.current().filter(clsm=clsm, user=cast(User, request.user))


def _coordination(clsm: ClsmPage) -> str:
    return f"{reverse('space_home', args=[clsm.pk])}#coordination"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """A GET changes nothing: mail filters follow links too. The button creates the account and the post."""
    known_invitation = find(token)
    if known_invitation is None or known_invitation.state != InvitationState.WAITING:
        return render(
            request,
            "pages/space/invitation_closed.html",
            {"invitation": known_invitation},
            status=410 if known_invitation else 404,
        )
    account = account_of(known_invitation)
    if request.user.is_authenticated and request.user != account:
        return render(
            request, "pages/space/invitation_other_account.html", {"invitation": known_invitation}, status=403
        )
    form = _names_form(request, known_invitation, account)
    if request.method == "POST" and (form is None or form.is_valid()):
        with refusals() as problems:
            user = accept(known_invitation, **(form.cleaned_data if form else {}))
        if not problems:
            return _enter(request, user)
        messages.error(request, " ".join(problems))
        return redirect("invitation", token)
    context = {"invitation": known_invitation, "form": form, "has_account": account is not None}
    status = 422 if request.method == "POST" else 200
    return render(request, "pages/space/invitation.html", context, status=status)


def _names_form(request: HttpRequest, found: Invitation, account: User | None) -> AcceptForm | None:
    if account is not None:
        return None
    initial = {"first_name": found.first_name, "last_name": found.last_name}
    return AcceptForm(request.POST if request.method == "POST" else None, initial=initial)


def _enter(request: HttpRequest, user: User) -> HttpResponse:
    """The link creates the post, not a session: whoever reads the message still has to receive the code."""
    if request.user == user:
        messages.success(request, "C’est fait : ce CLSM est dans votre espace.")
        return redirect("space")
    request.session[INVITED] = user.email
    messages.success(request, "Votre compte est prêt. Demandez un code de connexion : votre adresse est déjà là.")
    return redirect(f"{reverse('account_request_login_code')}?{urlencode({'next': reverse('space')})}")
