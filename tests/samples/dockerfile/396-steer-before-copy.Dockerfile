FROM node:20
# basewatch: ignore
COPY --from=busybox:1.36 /a /b
