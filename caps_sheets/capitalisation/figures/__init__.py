"""The steering figures of the Centre: each is computed from what the portal holds, nothing is typed by hand."""

from caps_sheets.capitalisation.figures.reading import all_figures

__all__ = ["all_figures"]
