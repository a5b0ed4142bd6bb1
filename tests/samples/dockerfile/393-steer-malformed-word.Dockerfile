# basewatch: ignroe
FROM node:20
