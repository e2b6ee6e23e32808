"""How things are named and shown: on a terminal, in a notebook, in HTML."""
