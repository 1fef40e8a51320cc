"""The addresses of « Pilotage » and its entry in the main menu."""

from django.urls import URLPattern, path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from caps_sheets.capitalisation.case_files.permissions import VIEW
from portal.base.admin_views import RightMenuItem
from portal.indicators.admin_views import TITLE, IndicatorListView, IndicatorsView
from portal.indicators.people_views import PeopleView
from portal.indicators.summary_views import CensusSummaryView, CensusTrendsView


@hooks.register("register_admin_urls")
def indicator_urls() -> list[URLPattern]:
    return [
        path("pilotage/", IndicatorsView.as_view(), name="indicators"),
        path(
            "pilotage/liste/<slug:table>/<slug:line>/<slug:column>/", IndicatorListView.as_view(), name="indicator_list"
        ),
        path("pilotage/recensement/", CensusTrendsView.as_view(), name="census_trends"),
        path("pilotage/recensement/<int:year>/", CensusSummaryView.as_view(), name="census_summary"),
        path("pilotage/personnes/", PeopleView.as_view(), name="people_list"),
    ]


@hooks.register("register_admin_menu_item")
def indicators_menu_item() -> MenuItem:
    return RightMenuItem(TITLE, reverse("indicators"), right=VIEW, name="indicateurs", icon_name="table", order=190)
