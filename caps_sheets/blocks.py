"""The text of a CAPS sheet: fourteen official sections, fixed in order and heading."""
