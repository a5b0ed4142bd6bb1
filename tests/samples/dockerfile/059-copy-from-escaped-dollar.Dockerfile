FROM alpine:3.19
COPY --from=busy\$box /a /b
