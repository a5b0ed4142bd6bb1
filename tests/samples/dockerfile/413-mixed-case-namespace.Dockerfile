FROM quay.io/myName/myPackage:0.6.2
