"""The life of a CLSM: reminders, merges and splits of profiles."""
