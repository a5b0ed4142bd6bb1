FROM node:20
# RUN --mount=type=bind,from=golang:1.21,target=/go make
