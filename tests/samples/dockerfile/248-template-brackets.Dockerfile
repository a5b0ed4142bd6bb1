FROM [[ image ]]:1
