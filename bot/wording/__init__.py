"""What people read: titles and bodies of pull requests, in Markdown. Pure."""
