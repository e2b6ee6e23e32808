"""What `make bench` measures: speed and behaviour."""
