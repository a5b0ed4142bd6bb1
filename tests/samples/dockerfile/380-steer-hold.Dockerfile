# basewatch: hold until 2027-01-31
FROM node:20
