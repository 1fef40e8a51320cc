"""The one call that makes a new kind of page found."""

from search.documents import Family, add
from search.signal_handlers import connect_family


def register(family: Family) -> None:
    """Adds ``family`` to the search and follows its changes: called from the ``ready`` of the room that owns it.

    Its pages are found once ``search_rebuild`` has run. Raises ValueError when another family has the same key.
    """
    add(family)
    connect_family(family)
