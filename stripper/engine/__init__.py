"""Where learning runs: the relational steps as SQL files, and the engine of one machine that runs them."""
