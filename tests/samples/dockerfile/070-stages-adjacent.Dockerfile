FROM node:6.12.3 as frontend
FROM node AS production
FROM production
FROM puppeteer/puppeteer:22 AS puppeteer
FROM puppeteer
