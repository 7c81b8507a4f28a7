"""The commands, a file each. Their bodies import what they need when they run: help and version answer at once."""
