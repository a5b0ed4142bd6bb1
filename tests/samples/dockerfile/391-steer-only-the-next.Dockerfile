# basewatch: ignore
FROM node:20 AS a
FROM node:21 AS b
