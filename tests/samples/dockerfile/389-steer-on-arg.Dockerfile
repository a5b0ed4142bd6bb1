# basewatch: ignore
ARG V=20
FROM node:$V
