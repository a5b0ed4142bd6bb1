FROM node:6.12.3 as frontend

# comment
ENV foo=bar
FROM python:3.6-slim
