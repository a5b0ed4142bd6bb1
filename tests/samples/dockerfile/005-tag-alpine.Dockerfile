FROM node:8.9.0-alpine
CMD ["node"]
