"""URLs of the back office that stand before Wagtail's own: its hook for URLs puts them after."""

from django.urls import path
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.pages.move import move_confirm
from wagtail.admin.views.pages.workflow import ConfirmWorkflowCancellation
from wagtail.contrib.redirects.views import CreateView, EditView
from wagtail.utils.urlpatterns import decorate_urlpatterns

from portal.home.admin_views import (
    BrowsePagesView,
    ChosenPagesView,
    ImportRedirectsView,
    PageTypesReportView,
    needs,
    no_test_page,
)
from portal.home.redirects import PortalRedirectForm

page_urls = [
    path("choose-page/", require_admin_access(BrowsePagesView.as_view())),
    path("choose-page/<int:parent_page_id>/", require_admin_access(BrowsePagesView.as_view())),
    path("choose-page/chosen-multiple/", require_admin_access(ChosenPagesView.as_view())),
    path("reports/page-types-usage/", require_admin_access(PageTypesReportView.as_view())),
    path("reports/page-types-usage/results/", require_admin_access(PageTypesReportView.as_view(results_only=True))),
    path("pages/<int:page_to_move_id>/move/<int:destination_id>/confirm/", needs("can_move", move_confirm)),
    path(
        "pages/workflow/confirm_cancellation/<int:page_id>/", needs("can_edit", ConfirmWorkflowCancellation.as_view())
    ),
    path("failwhale/", no_test_page),
]

#: The second step of Wagtail's import shows the form again.
redirect_urls = [
    path("redirects/add/", CreateView.as_view(form_class=PortalRedirectForm)),
    path("redirects/<int:redirect_id>/", EditView.as_view(form_class=PortalRedirectForm)),
    path("redirects/import/", ImportRedirectsView.as_view()),
    path("redirects/import/process/", ImportRedirectsView.as_view()),
]

urlpatterns = [*page_urls, *decorate_urlpatterns(redirect_urls, require_admin_access)]
