FROM alpine:3.19
RUN --mount=type=bind,from=golang:1.21@sha256:eb85fc5b1198f5e1ec025ea07586bdbbf397e7d82df66c90d7511f533517e063,target=/go make
