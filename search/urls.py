from django.urls import path, re_path

from search import views
from search.outputs.export_views import export
from search.outputs.feeds import AtomFeed, RssFeed, feed
from search.outputs.print_views import printable
from search.views import measure

urlpatterns = [
    path("recherche/", views.search, name="search"),
    path("recherche/suggestions/", views.suggestions, name="search_suggestions"),
    path("recherche/flux.rss", feed, {"kind": RssFeed}, name="search_rss"),
    path("recherche/flux.atom", feed, {"kind": AtomFeed}, name="search_atom"),
    re_path(r"^recherche/export\.(csv|xlsx|json)$", export, name="search_export"),
    path("recherche/imprimer/", printable, name="search_print"),
    path("recherche/mesure/", measure, name="search_measure"),
]
