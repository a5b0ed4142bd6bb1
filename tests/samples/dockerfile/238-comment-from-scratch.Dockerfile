# FROM scratch
FROM node:20
