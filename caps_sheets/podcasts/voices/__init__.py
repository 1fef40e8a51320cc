"""The agreements of the people heard in an episode."""
