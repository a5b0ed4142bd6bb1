FROM node:6.12.3 as frontend
FROM scratch
COPY --from=frontend /a /b
