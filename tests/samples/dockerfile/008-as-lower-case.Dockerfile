FROM node:8.9.0-alpine as base
RUN npm ci
