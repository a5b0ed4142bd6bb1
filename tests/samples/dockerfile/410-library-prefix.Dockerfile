FROM docker.io/library/debian:10
