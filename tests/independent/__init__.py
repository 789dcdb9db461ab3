"""A second event study, of plain loops, to hold the first against."""
