"""What a street says to the items on the list: asked, decided, submitted, taken up again (P07)."""
