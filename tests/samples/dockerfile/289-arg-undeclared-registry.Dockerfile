FROM $CI_REGISTRY/alpine:3.15
FROM ${CI_REGISTRY}/alpine:3.15
FROM docker.io/$PREFIX/alpine:3.15
FROM docker.io/${PREFIX}/alpine:3.15
