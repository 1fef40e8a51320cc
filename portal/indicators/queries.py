"""The tables of the screen « Pilotage », and the line that a list shows."""

from portal.indicators.case_tables import case_tables
from portal.indicators.census_tables import census_tables
from portal.indicators.counts import CountLine, CountTable
from portal.indicators.deadline_tables import deadline_tables
from portal.indicators.network_tables import network_tables
from portal.indicators.page_tables import page_tables
from portal.indicators.scope import Scope
from portal.indicators.summary_tables import TITLES, summary_tables

SOURCES = {
    "echeances": deadline_tables,
    "dossiers": case_tables,
    "accords": case_tables,
    "recensement": census_tables,
    "campagnes": census_tables,
    "fiches": page_tables,
    "episodes": page_tables,
    "postes": network_tables,
    "profils": network_tables,
}


def tables(scope: Scope) -> list[CountTable]:
    """Those of the reader, in the order of the screen."""
    found = {table.key: table for source in dict.fromkeys(SOURCES.values()) for table in source(scope)}
    return [found[key] for key in SOURCES if key in found]


def find(scope: Scope, table: str, line: str, column: str) -> tuple[CountTable, CountLine] | None:
    """None for a number that does not exist, or that the reader may not see."""
    source = SOURCES.get(table) or (summary_tables if table in TITLES else None)
    every = source(scope) if source else ()
    lines = ((one, row) for one in every if one.key == table for row in one.lines)
    return next((both for both in lines if both[1].key == line and column in both[1].conditions), None)
