FROM node:20
RUN --mount=from=golang:1.21,target=/go make # basewatch: allow digest
