no from!
