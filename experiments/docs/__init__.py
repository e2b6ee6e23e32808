"""What `make` writes into docs/ and notebooks/."""
