"""Every URL of the portal."""

from django.conf import settings
from django.urls import include, path, re_path
from django.views.decorators.http import conditional_page
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.admin.auth import require_admin_access
from wagtail.documents.views.serve import authenticate_with_password
from wagtail.utils.urlpatterns import decorate_urlpatterns

from caps_sheets.feeds import SheetsFeed
from portal.base import urls as base_urls
from portal.home import admin_urls as home_admin_urls
from portal.home.sitemaps import sitemap_index, sitemap_part
from portal.medialib.views import serve_document, stored_address
from portal.moderation import page_views
from portal.moderation.admin_decisions import one_at_a_time
from portal.users.views import AdminAccountView

handler400 = "portal.base.error_pages.bad_request"
handler429 = "portal.base.error_pages.too_many_requests"  # asked for by allauth
handler500 = "portal.base.error_pages.server_error"

to_login = RedirectView.as_view(pattern_name="account_login", query_string=True)

#: Ours come before Wagtail’s, with the same URLs and names.
admin_urls = [
    path("account/", require_admin_access(AdminAccountView.as_view())),
    *page_views.urlpatterns,
    *home_admin_urls.urlpatterns,
    *wagtailadmin_urls.urlpatterns,
]
decorate_urlpatterns(admin_urls, one_at_a_time)

urlpatterns = [
    # The stock login pages skip the second factor: all of them redirect to ours.
    path("admin/login/", to_login),
    path("django-admin/login/", to_login),
    path("_util/login/", to_login),
    path("admin/", include(admin_urls)),
    path("", include("portal.users.urls")),
    path("", include("portal.moderation.urls")),
    path("", include("portal.space.urls")),
    path("", include("network.messages.urls")),
    path("", include("caps_sheets.capitalisation.urls")),
    path("", include("caps_sheets.capitalisation.proofreading.views")),
    path(f"{settings.MEDIA_URL.strip('/')}/<path:name>", stored_address, name="stored_address"),
    # Wagtail's names and URLs of documents, with our view: theirs checks the restrictions of collections only.
    re_path(r"^documents/(\d+)/(.*)$", serve_document, name="wagtaildocs_serve"),
    path(
        "documents/authenticate_with_password/<int:restriction_id>/",
        authenticate_with_password,
        name="wagtaildocs_authenticate_with_password",
    ),
    path("fiches/flux.xml", conditional_page(SheetsFeed()), name="sheets_feed"),
    path("sitemap.xml", sitemap_index, name="sitemap"),
    path("sitemap-<slug:section>.xml", sitemap_part, name="sitemap_part"),
    path("", include(base_urls)),
    path("", include("caps_sheets.podcasts.urls")),
    path("", include("caps_sheets.lifecycle.urls")),
    path("", include("search.urls")),
    path("", include(wagtail_urls)),
]
