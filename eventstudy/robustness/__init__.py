"""How far the tests can be trusted: their size and power, by simulation."""
