 FROM node:20
