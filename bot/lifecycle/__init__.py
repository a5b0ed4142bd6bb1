"""How long what is in an image is supported, by what its reference says. Pure."""

from bot.lifecycle.book import LifeCycles
from bot.lifecycle.data import Product, Products

__all__ = ["LifeCycles", "Product", "Products"]
