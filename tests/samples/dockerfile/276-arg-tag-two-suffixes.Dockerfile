ARG V=20.11.0
FROM node:$V AS a
FROM node:$V-alpine AS b
