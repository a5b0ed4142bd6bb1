FROM golang:1.22 AS build
FROM scratch
RUN --mount=type=bind,from=build,target=/x x
