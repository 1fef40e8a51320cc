"""Addresses of proof-reading on the public site."""

from django.urls import path

from caps_sheets.capitalisation.proofreading import views

urlpatterns = [
    path("mon-clsm/<int:clsm_pk>/relectures/<int:round_pk>/", views.in_space, name="proofreading"),
    path("relecture/<str:token>/", views.by_link, name="proofreading_by_link"),
]
