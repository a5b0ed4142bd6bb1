docker run node:20
IMAGE=node:20
