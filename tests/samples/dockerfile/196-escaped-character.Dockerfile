FROM al\pine:3.18
