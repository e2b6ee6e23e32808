"""What is told in words: a page per subject."""
