# basewatch: ignore
FROM node:20
