# FROM node:18
#FROM node:19
FROM node:20
