"""Views of the admin around one service: who may open them, on which object, and what a refusal becomes."""

from functools import partial
from typing import TYPE_CHECKING, Any, cast

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.views.generic import FormView, TemplateView, View
from wagtail.admin import messages
from wagtail.admin.auth import permission_denied
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import IndexView, WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet

from portal.base.errors import RefusedError

if TYPE_CHECKING:
    from portal.users.models import User


class GuardedIndexView(IndexView):
    """A list of Wagtail outside of a viewset of its model: ``right``, « app.codename », opens it."""

    right = ""
    search_backend_name = None
    paginate_by = 50
    any_permission_required: list[str] = []

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(self.right):
            return permission_denied(request)
        return super().dispatch(request, *args, **kwargs)


class ObjectGuard(View):
    """Finds the object that the URL names, and says who may open the view.

    ``right``: the permission, « app.codename », without which nothing is even looked for. Who may not open the view
    goes back to the dashboard with Wagtail's message; what they must not know about is a 404.
    """

    right = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.right and not request.user.has_perm(self.right):
            return permission_denied(request)
        self.find()
        if not self.allows():
            return permission_denied(request)
        if not self.applies():
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @property
    def user(self) -> "User":
        return cast("User", self.request.user)  # the admin lets nobody else in

    def find(self) -> None:
        """Read the object; raises ``Http404`` when there is none, or none that the user may know about."""

    def allows(self) -> bool:
        """Whether the user may open the view on this object."""
        return True

    def applies(self) -> bool:
        """Whether the view means something for the object as it is; 404 when it does not."""
        return True

    def crumbs(self) -> list[dict[str, Any]]:
        """Breadcrumbs between the dashboard and the view."""
        return []

    def object_context(self) -> dict[str, Any]:
        """What every template about the object reads."""
        return {}


class ObjectView(ObjectGuard, WagtailAdminTemplateMixin, TemplateView):
    """A template of the admin about one object, with its breadcrumbs."""

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, *self.crumbs(), {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), **self.object_context()}


class ServiceFormView(ObjectView, FormView):
    """A form that calls one service. What the service refuses is said above the form, and nothing typed is lost.

    ``done``: what is said once it is carried out; ``back_url`` of the template is where it then leads.
    """

    http_method_names = ["get", "head", "post", "options"]
    submit_label = "Enregistrer"
    done = ""

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            self.carry_out(form)
        except RefusedError as refusal:
            return self.refuse(form, refusal)
        messages.success(self.request, self.done)
        return redirect(self.get_success_url())

    def carry_out(self, form: Any) -> None:
        raise NotImplementedError

    def get_instance(self) -> Model | None:
        """What a form of a model edits; None for another form."""
        return None

    def get_form_kwargs(self) -> dict[str, Any]:
        instance = self.get_instance()
        return super().get_form_kwargs() | ({"instance": instance} if instance else {})

    def refuse(self, form: Any, refusal: RefusedError) -> HttpResponse:
        """The form again, as it was typed."""
        form.add_error(None, refusal.messages)
        return self.render_to_response(self.get_context_data(form=form))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {"submit_label": self.submit_label, "back_url": self.get_success_url()}
        return super().get_context_data(**kwargs) | context


class ConfirmedFormView(ServiceFormView):
    """A form in two steps: the choice, then what would follow with the button that does it, named ``confirm``."""

    def form_valid(self, form: Any) -> HttpResponse:
        if "confirm" in self.request.POST:
            return super().form_valid(form)
        return self.render_to_response(self.get_context_data(form=form, **self.preview(form)))

    def preview(self, form: Any) -> dict[str, Any]:
        """What the second step shows."""
        raise NotImplementedError

    def refuse(self, form: Any, refusal: RefusedError) -> HttpResponse:
        messages.error(self.request, str(refusal))
        return redirect(self.refused_url())

    def refused_url(self) -> str:
        """Where a refusal at the second step leads: the first one."""
        return self.request.path


class ServiceActionView(ObjectGuard):
    """A POST without a form: calls one service, says what it answered, and goes to ``get_success_url()``."""

    http_method_names = ["post"]
    done = ""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            self.carry_out()
        except RefusedError as refusal:
            return self.refuse(refusal)
        messages.success(request, self.done)
        return redirect(self.get_success_url())

    def carry_out(self) -> None:
        raise NotImplementedError

    def get_success_url(self) -> str:
        raise NotImplementedError

    def refuse(self, refusal: RefusedError) -> HttpResponse:
        say_refusal(self.request, refusal)
        return redirect(self.refused_url())

    def refused_url(self) -> str:
        return self.get_success_url()


def say_refusal(request: HttpRequest, refusal: RefusedError) -> None:
    """One message for each reason."""
    for sentence in refusal.messages:
        messages.error(request, sentence)


class LabelledColumn(Column):
    """On a narrow screen the rows are stacked: each cell then shows the label of its column."""

    cell_template_name = "wagtailadmin/capitalisation/labelled_cell.html"


class RightMenuItem(MenuItem):
    """An entry for those who hold one right, « app.codename »."""

    def __init__(self, *args: Any, right: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.right = right

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(self.right)


class RightViewSet(ViewSet):
    """Views around one subject, whose menu entry shows for those who hold ``right``, « app.codename »."""

    right = ""

    @cached_property
    def menu_item_class(self) -> partial[RightMenuItem]:
        return partial(RightMenuItem, right=self.right)
