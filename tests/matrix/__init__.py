"""The matrix of causes: for each row the real fault, its diagnosis, its fix and the right bytes."""
