"""Coordination of the CLSMs, managed by the Centre: invitations, claims, ends of posts."""
