"""Where repositories and proposals live. To add one: a module here, and its name in `PLATFORMS`."""
