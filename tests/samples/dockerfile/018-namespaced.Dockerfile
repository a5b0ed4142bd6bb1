FROM mynamespace/node:8
