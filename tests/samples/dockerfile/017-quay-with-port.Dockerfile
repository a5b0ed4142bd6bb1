FROM quay.io:1234/node
