"""The scripted life of the suite that gas figures are of, in chapters by area."""
