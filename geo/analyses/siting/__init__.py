"""Where the next stations should go: problems, searches, bounds and certificates. Arrays in, values out."""
