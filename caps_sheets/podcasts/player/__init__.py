"""Listening on the site: what the player shows, the pages that carry it elsewhere, what machines read of it."""
