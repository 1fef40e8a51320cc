"""The way of a case file: what may be done at each stage, by whom, and the moves themselves."""
