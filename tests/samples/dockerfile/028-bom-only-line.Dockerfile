
FROM node:6
