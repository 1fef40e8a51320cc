from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "portal.home"
    label = "portal_home"
    verbose_name = "Accueil et tableau de bord"

    def ready(self) -> None:
        from wagtail.admin.ui.side_panels import PageStatusSidePanel
        from wagtail.admin.views.pages.bulk_actions.page_bulk_action import PageBulkAction
        from wagtail.admin.widgets import BaseChooser
        from wagtail.models import Page
        from wagtail.permission_policies.pages import PagePermissionPolicy

        from portal.home import page_names, page_rights, theme_redirects  # noqa: F401 - hears of merged themes

        Page.permissions_for_user = page_rights.permissions_for_user
        PageStatusSidePanel.__init__ = page_rights.status_panel
        BaseChooser.get_value_data_from_instance = page_rights.chosen
        PagePermissionPolicy.explorable_instances = page_names.explorable_instances
        PageBulkAction.get_actionable_objects = page_names.get_actionable_objects
