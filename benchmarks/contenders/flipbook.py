from lrlab import explorers

explorers.learning_rate(x, y)
