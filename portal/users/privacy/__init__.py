"""Personal data: the register that each app fills, the data of one person, their erasure."""
