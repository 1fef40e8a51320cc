"""Correcting a transcript beside its sound, cue by cue, without overwriting what somebody else saved meanwhile."""
