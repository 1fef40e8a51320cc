from django.apps import AppConfig
from wagtail.users.apps import WagtailUsersAppConfig


class UsersConfig(AppConfig):
    default = True
    name = "portal.users"
    label = "portal_users"
    verbose_name = "Comptes"

    def ready(self) -> None:
        import portal.users.signal_handlers  # noqa: F401


class AccountsAdminConfig(WagtailUsersAppConfig):
    """Wagtail's screens of accounts and groups, with our forms."""

    group_viewset = "portal.users.viewsets.RoleViewSet"
    user_viewset = "portal.users.viewsets.AccountViewSet"
