FROM alpine:3.19
RUN echo \
FROM alpine:3.8
