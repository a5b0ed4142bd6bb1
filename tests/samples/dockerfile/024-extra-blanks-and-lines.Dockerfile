FROM    registry.allmine.info:5005/node:8.7.0


