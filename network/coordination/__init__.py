"""The Centre's work on who coordinates which CLSM: invitations, claims, ends of posts."""
