"""« Mon CLSM »: the space of coordinators on the public site."""

from django.urls import path

from portal.space import views

urlpatterns = [
    path("mon-clsm/", views.choose, name="space"),
    path("mon-clsm/<int:clsm_pk>/", views.home, name="space_home"),
    path("mon-clsm/<int:clsm_pk>/mes-coordonnees/", views.details, name="space_details"),
    path("mon-clsm/<int:clsm_pk>/confirmer/", views.confirm, name="space_confirm"),
    path("mon-clsm/<int:clsm_pk>/messages/lus/", views.mark_read, name="space_mark_read"),
    path("mon-clsm/<int:clsm_pk>/passer-le-relais/", views.handover, name="space_handover"),
    path("mon-clsm/<int:clsm_pk>/passer-le-relais/annuler/", views.cancel_handover, name="space_handover_cancel"),
    path("invitation/<str:token>/", views.invitation, name="invitation"),
    path("vous-coordonnez/<int:clsm_pk>/", views.claim, name="claim"),
    path("vous-coordonnez/<int:clsm_pk>/merci/", views.claim_received, name="claim_received"),
]
