FROM node:8.9.0-alpine AS base
RUN npm ci
