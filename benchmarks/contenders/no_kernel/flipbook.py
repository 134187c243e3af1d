from lrlab import explorers

book = explorers.learning_rate(x, y, start=theta0, steps=steps)
book.save(file)
pictures = int(np.prod(book.shape))
