# Grüü Gott
FROM node:20
