"""« Mon CLSM »: the space of coordinators on the public site."""

from django.urls import path

from portal.space import views
from portal.space.profile import file_views
from portal.space.profile import views as profile_views

urlpatterns = [
    path("mon-clsm/", views.choose, name="space"),
    path("mon-clsm/<int:clsm_pk>/", views.home, name="space_home"),
    path("mon-clsm/<int:clsm_pk>/mes-coordonnees/", views.details, name="space_details"),
    path("mon-clsm/<int:clsm_pk>/confirmer/", views.confirm, name="space_confirm"),
    path("mon-clsm/<int:clsm_pk>/profil/", profile_views.check, name="profile_check"),
    path("mon-clsm/<int:clsm_pk>/profil/saisie/", profile_views.autosave, name="profile_autosave"),
    path("mon-clsm/<int:clsm_pk>/profil/envoyer/", profile_views.send, name="profile_send"),
    path("mon-clsm/<int:clsm_pk>/profil/reprendre/", profile_views.withdraw, name="profile_withdraw"),
    path("mon-clsm/<int:clsm_pk>/profil/fichier/<slug:name>/", file_views.file, name="profile_file"),
    path("mon-clsm/<int:clsm_pk>/profil/<slug:key>/", profile_views.ProfileStepView.as_view(), name="profile_step"),
    path("mon-clsm/<int:clsm_pk>/messages/lus/", views.mark_read, name="space_mark_read"),
    path("mon-clsm/<int:clsm_pk>/passer-le-relais/", views.handover, name="space_handover"),
    path("mon-clsm/<int:clsm_pk>/passer-le-relais/annuler/", views.cancel_handover, name="space_handover_cancel"),
    path("invitation/<str:token>/", views.invitation, name="invitation"),
    path("vous-coordonnez/<int:clsm_pk>/", views.claim, name="claim"),
    path("vous-coordonnez/<int:clsm_pk>/merci/", views.claim_received, name="claim_received"),
]
