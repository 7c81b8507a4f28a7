"""stripper: find what repeats across documents, name it by rule, cut it out, and prove what was cut."""

__version__ = "0.1.0"
