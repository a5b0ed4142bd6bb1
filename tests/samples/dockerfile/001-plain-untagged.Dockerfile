FROM node
RUN npm ci
