"""The guides of ``docs/guides``, shown in the admin to the roles that they are written for."""
