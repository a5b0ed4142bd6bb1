FROM registry2.something.info:5005/node:8
