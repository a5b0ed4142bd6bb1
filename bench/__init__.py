"""What the project promises about speed, memory and requests, measured side by side in one run."""
