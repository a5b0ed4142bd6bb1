FROM node AS node
FROM node
COPY --from=node /a /b
