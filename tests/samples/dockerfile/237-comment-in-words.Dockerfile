# FROM the beginning we wanted
# from here on
FROM node:20
