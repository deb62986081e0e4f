"""What a front end may call; knows no Qt."""
