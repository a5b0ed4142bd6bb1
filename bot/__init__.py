"""basewatch: keeps the container base images of your repositories pinned and current."""

__version__ = "0.1.0"
