from django.urls import path

from search import views
from search.measure_view import measure

urlpatterns = [
    path("recherche/", views.search, name="search"),
    path("recherche/suggestions/", views.suggestions, name="search_suggestions"),
    path("recherche/mesure/", measure, name="search_measure"),
]
