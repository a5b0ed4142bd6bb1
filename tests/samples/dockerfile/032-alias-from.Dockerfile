FROM node:6.12.3 as frontend
ENV foo=bar
FROM frontend
RUN x
