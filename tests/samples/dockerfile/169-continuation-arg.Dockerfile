ARG \
  # the version
  NODE_VERSION=20.11.0
FROM node:${NODE_VERSION}
