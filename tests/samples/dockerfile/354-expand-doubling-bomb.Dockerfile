ARG A=aaaaaaaaaaaaaaaa
ARG B=$A$A$A$A$A$A$A$A$A$A$A$A$A$A$A$A
ARG C=$B$B$B$B$B$B$B$B$B$B$B$B$B$B$B$B
ARG D=$C$C$C$C$C$C$C$C$C$C$C$C$C$C$C$C
ARG E=$D$D$D$D$D$D$D$D$D$D$D$D$D$D$D$D
FROM $E
