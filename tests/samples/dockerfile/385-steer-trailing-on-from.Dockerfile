FROM node:20 # basewatch: ignore
