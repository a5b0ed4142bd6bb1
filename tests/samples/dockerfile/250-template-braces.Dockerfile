FROM {image}:{tag}
