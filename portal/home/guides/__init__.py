"""The guides of ``docs/guides``, read in the admin by those they are written for."""
