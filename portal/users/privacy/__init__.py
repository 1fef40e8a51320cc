"""Personal data: the register each app fills, the data of one person, their erasure."""
