FROM node:20 \
  # basewatch: allow patch
  AS build
