"""Real servers for tests, each on a free port of the loopback and stopped by its own process id."""
