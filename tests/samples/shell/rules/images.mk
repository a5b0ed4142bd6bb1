export IMAGE = registry.example.org:5000/team/app:1.4	# basewatch: image
override KEPT := a/b:1 # basewatch: image
	
