FROM alpine:3.19
COPY --from= a b
