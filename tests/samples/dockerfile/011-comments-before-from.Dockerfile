# some comment
# another
#

FROM node:20
