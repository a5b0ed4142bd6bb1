FROM node:20
LABEL maintainer="Jürg"
COPY --from=busybox:1.36 /a /b
