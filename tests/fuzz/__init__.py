"""Every reader of what comes from outside, fed with what was never meant to be read."""
