FROM alpine:3.19
RUN --mount=type=cache,from=example.com/cache/image,target=/srv/a/cache make
