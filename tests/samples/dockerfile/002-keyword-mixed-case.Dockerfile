From node:20
wOrKdIr /app
