"""What is to be played: an experiment, its axes, its points, the plan of its runs."""
