"""The pages of the reference, written from the code: `make reference` makes them anew."""
