# basewatch: allow patch, minor
FROM node:20
