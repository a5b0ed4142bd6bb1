FROM node:6.12.3
FROM scratch
COPY --from=0 /a /b
