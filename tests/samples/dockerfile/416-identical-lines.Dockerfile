FROM node:20 AS a
FROM node:20 AS b
