"""How things are called and shown: on a terminal, in a notebook, in HTML."""
