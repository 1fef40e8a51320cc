"""The public URLs of the lifecycle of a sheet."""

from django.urls import path

from caps_sheets.lifecycle import views

urlpatterns = [
    path("fiches/<int:pk>/versions/", views.sheet_versions, name="sheet_versions"),
    path("mon-clsm/adapter/<int:pk>/", views.choose_clsm, name="choose_reuse_clsm"),
    path("mon-clsm/<int:clsm_pk>/adapter/<int:pk>/", views.propose_reuse, name="propose_reuse"),
]
