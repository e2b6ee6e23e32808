"""The former path of `experiments.sweep`, which still works."""

from experiments.sweep import Experiment, load_experiment

__all__ = ["Experiment", "load_experiment"]
