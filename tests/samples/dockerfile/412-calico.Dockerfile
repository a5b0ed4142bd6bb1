FROM calico/node
