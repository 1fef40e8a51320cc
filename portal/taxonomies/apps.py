from django.apps import AppConfig


class TaxonomiesConfig(AppConfig):
    name = "portal.taxonomies"
    label = "portal_taxonomies"
    verbose_name = "Vocabulaires"
