"""Playing the runs of a sweep: jobs, workers, replay."""
