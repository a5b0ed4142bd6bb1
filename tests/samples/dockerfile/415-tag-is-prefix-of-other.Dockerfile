FROM python:3.6.3 AS a
FROM python:3.6.30 AS b
