FROM alpine:3.19
RUN --mount=type=cache,from=scratch,target=/go make
