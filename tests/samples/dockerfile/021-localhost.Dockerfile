FROM localhost/team/app:dev
