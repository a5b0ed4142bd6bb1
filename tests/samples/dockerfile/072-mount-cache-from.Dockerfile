FROM alpine:3.19
RUN --mount=type=cache,from=example.com/cache/image,target=/root/.cache make
