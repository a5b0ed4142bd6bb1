FROM alpine:3.19
COPY --from={{ tool }}:1.0 /a /b
