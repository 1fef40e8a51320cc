"""Account pages: allauth's, but for the change of e-mail address: a pending address would receive login codes."""

from django.urls import include, path
from django.views.generic import RedirectView

from portal.users import email_views, views

urlpatterns = [
    path("compte/", views.account_home, name="account_home"),
    path("compte/adresse/", email_views.change_email, name="account_new_email"),
    path("compte/adresse/code/", email_views.confirm_email, name="account_new_email_code"),
    path("compte/session/", views.session_state, name="session_state"),
    path("comptes/email/", RedirectView.as_view(pattern_name="account_new_email")),
    path("comptes/", include("allauth.urls")),
]
