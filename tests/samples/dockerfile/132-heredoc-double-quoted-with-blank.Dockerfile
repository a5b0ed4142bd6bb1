FROM alpine:3.19
RUN cat <<"THE END" > /Dockerfile
FROM evil:1.0
THE END
FROM busybox:1.36
