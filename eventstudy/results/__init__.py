"""What a study found: the numbers, their report, and the object that answers for both."""
