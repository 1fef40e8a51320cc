"""How an episode is made: from a published sheet to what is ready to be read."""
