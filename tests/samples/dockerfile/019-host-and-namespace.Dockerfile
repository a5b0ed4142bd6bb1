FROM registry2.something.info/someaccount/node:8
