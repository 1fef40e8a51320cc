from django.apps import AppConfig


class UsersConfig(AppConfig):
    name = "portal.users"
    label = "portal_users"
    verbose_name = "Comptes"
