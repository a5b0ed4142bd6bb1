FROM debian:11.4-slim
