"""Account pages: allauth's, without those that would let a person change the e-mail address of their invitation."""

from django.urls import include, path
from django.views.generic import RedirectView

from portal.users import views

urlpatterns = [
    path("compte/", views.account_home, name="account_home"),
    path("compte/session/", views.session_state, name="session_state"),
    path("comptes/email/", RedirectView.as_view(pattern_name="account_home")),
    path("comptes/", include("allauth.urls")),
]
