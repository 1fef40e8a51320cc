"""The licences of the house as ``podcast:license`` says them: an SPDX identifier, or a text and its address."""

import re

from caps_sheets.podcasts.feeds.content import Licence
from portal.taxonomies.models import Term

OPEN_LICENCE = "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"
CREATIVE_COMMONS = re.compile(r"(cc-by(?:-nc)?(?:-nd|-sa)?)-(\d)-(\d)")


def feed_licence(term: Term | None, show_url: str) -> Licence | None:
    """``show_url`` stands for the text of a licence that has no page of its own: the show says its rights."""
    if term is None:
        return None
    if match := CREATIVE_COMMONS.fullmatch(term.slug):
        return Licence(f"{match[1]}-{match[2]}.{match[3]}")
    return Licence(term.label, OPEN_LICENCE if term.slug == "licence-ouverte" else show_url)
