FROMnode:20
