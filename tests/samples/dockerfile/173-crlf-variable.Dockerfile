ARG IMAGE_TAG=14.04
# something unrelated
FROM ubuntu:$IMAGE_TAG
