ARG DOCKER=docker
FROM ${DOCKER}.io/library/${DOCKER}:29.1.1-dind
