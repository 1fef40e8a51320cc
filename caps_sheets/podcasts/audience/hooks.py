"""The report of listens in the back office."""

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.urls import URLPattern, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from caps_sheets.podcasts.audience.admin_views import RIGHT, TITLE, urls
from portal.base.admin_views import RightMenuItem


@hooks.register("register_admin_urls")
def listening_urls() -> list[URLPattern]:
    return urls


@hooks.register("register_reports_menu_item")
def listening_report() -> MenuItem:
    url = reverse("podcast_listening")
    return RightMenuItem(TITLE, url, right=RIGHT, name="ecoutes", icon_name="media", order=1150)


@hooks.register("register_permissions")
def listening_permissions() -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label="caps_podcasts", codename="view_episodeday")
