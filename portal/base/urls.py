"""The URLs that belong to no page."""

from django.urls import path
from django.views.decorators.http import conditional_page

from portal.base.feeds import NewsFeed
from portal.base.views import favicon, robots_txt, style_guide

urlpatterns = [
    path("robots.txt", robots_txt, name="robots"),
    path("favicon.svg", favicon, name="favicon"),
    path("favicon.ico", favicon),
    path("guide-de-style/", style_guide, name="style_guide"),
    path("actualites/flux.xml", conditional_page(NewsFeed()), name="news_feed"),
]
