fRom  ubuntu:17.04
RUN apt-get update
