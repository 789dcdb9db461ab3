"""Arrays only: returns, event time, normal-return models and abnormal returns."""
