FROM node:20 AS build
RUN x
FROM alpine:3.19
COPY --from=build a b
