"""A room for each lesson, named as its notebook is: its pictures, its checkers, its questions.

No lesson imports another. What two of them need stands below them: `lrlab.drawing` for pictures,
`lrlab._checking` for the checks of exercises.
"""
