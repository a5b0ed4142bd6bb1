FROM python:3.1\
2.4-slim
