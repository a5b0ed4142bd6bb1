# basewatch: hold until 2027-02-30
FROM node:20
