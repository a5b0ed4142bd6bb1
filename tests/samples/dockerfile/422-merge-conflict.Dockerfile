FROM node:20
<<<<<<< HEAD
RUN a
=======
RUN b
>>>>>>> other
