"""What package managers write down: their databases as `Package`s, and the order of versions."""
