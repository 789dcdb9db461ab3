"""Tables, plots, plain language and the report; takes plain frames, knows no results object."""
