	FROM	node:20	AS	build
