"""The main job from end to end, on a bundled repository and a registry on the loopback."""
