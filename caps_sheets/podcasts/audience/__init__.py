"""Listens counted on the server by the rules of the IAB (2.2, not certified): daily totals, no personal data."""
