FROM alpine:3.19
RUN a; \ # not continued
COPY --from=busybox:1.36 /a /b
