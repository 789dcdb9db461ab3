"""Text in, announcements and price claims out, each with the words that prove it."""
