"""The profile of a CLSM in short steps: the same draft as the full form of the Centre."""
