FROM node:20 AS build # basewatch: hold until 2027-01-31
