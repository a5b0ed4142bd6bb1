FROM registry2.something.info/node:8
