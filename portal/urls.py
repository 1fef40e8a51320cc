"""Every URL of the portal."""

from django.urls import include, path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

to_login = RedirectView.as_view(pattern_name="account_login", query_string=True)

urlpatterns = [
    # The stock login pages skip the second factor: all of them lead to ours.
    path("admin/login/", to_login),
    path("django-admin/login/", to_login),
    path("_util/login/", to_login),
    path("admin/", include(wagtailadmin_urls)),
    path("comptes/", include("allauth.urls")),
    path("documents/", include(wagtaildocs_urls)),
    path("", include(wagtail_urls)),
]
