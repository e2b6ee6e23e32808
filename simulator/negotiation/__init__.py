"""One talk: issues, offers, payoffs, and who negotiates."""
