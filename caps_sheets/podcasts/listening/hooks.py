"""What the listens add to the back office: their report, and its right in the screen of groups."""

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.urls import URLPattern, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from caps_sheets.podcasts.listening import report
from portal.base.admin_views import RightMenuItem


@hooks.register("register_admin_urls")
def listening_urls() -> list[URLPattern]:
    return report.urls


@hooks.register("register_reports_menu_item")
def listening_report() -> MenuItem:
    url = reverse("podcast_listening")
    return RightMenuItem(report.TITLE, url, right=report.RIGHT, name="ecoutes", icon_name="media", order=1150)


@hooks.register("register_permissions")
def listening_permissions() -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label="caps_podcasts", codename="view_episodeday")
