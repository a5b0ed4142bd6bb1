# syntax=docker/dockerfile:1 # basewatch: ignore
FROM node:20
