FROM python:3.12
RUN python3 <<EOF
from os import path
import sys
EOF
