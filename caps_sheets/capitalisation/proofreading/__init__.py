"""Proof-reading by the CLSM: who answers, how, until when, and what its agreement permits."""
