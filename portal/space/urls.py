"""« Mon CLSM »: the space of coordinators on the public site."""

from django.urls import path

from portal.space import views

urlpatterns = [
    path("mon-clsm/", views.choose, name="space"),
    path("mon-clsm/<int:clsm_pk>/", views.home, name="space_home"),
]
