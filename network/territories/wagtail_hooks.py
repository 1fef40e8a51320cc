from wagtail import hooks
from wagtail.admin.viewsets.chooser import ChooserViewSet

from network.territories.choosers import commune_chooser, epci_chooser
from network.territories.places import place_index


@hooks.register("register_admin_viewset")
def register_choosers() -> list[ChooserViewSet]:
    return [commune_chooser, epci_chooser]


@hooks.register("before_first_request")
def read_places() -> None:
    place_index()
