from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "portal.home"
    label = "portal_home"
    verbose_name = "Accueil et tableau de bord"

    def ready(self) -> None:
        from wagtail.admin.views.pages.bulk_actions.page_bulk_action import PageBulkAction
        from wagtail.models import Page
        from wagtail.permission_policies.pages import PagePermissionPolicy

        from portal.home import page_names, page_rights, theme_redirects  # noqa: F401 - hears of merged themes

        Page.permissions_for_user = page_rights.permissions_for_user
        PagePermissionPolicy.explorable_instances = page_names.explorable_instances
        PageBulkAction.get_actionable_objects = page_names.get_actionable_objects
