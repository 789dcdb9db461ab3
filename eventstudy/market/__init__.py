"""Prices, factors and time."""
