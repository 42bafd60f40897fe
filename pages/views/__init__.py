"""What answers: a class for each page, which reads and never writes."""
