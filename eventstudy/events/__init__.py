"""Events: read from a table, proposed from articles, screened for the study."""
