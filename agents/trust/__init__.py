"""How an observer's reliance on a subject moves with evidence, one model per file."""
