FROM node:6.12.3 as frontend
RUN x
