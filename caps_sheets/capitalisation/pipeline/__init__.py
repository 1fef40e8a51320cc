"""The way of a case file: what may be done at each stage, by whom, and the moves themselves."""

from caps_sheets.capitalisation.pipeline.rights import may_change, may_see, readers, visible_to

__all__ = ["may_change", "may_see", "readers", "visible_to"]
