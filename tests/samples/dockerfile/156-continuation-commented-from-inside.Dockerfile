FROM alpine:3.19
RUN echo a \
# FROM evil:1.0
  && echo b
