"""The week: countries talk, sign, perform and learn."""
