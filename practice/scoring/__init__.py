"""Judgement: checks look at the books, their findings become issues, and the Health Score weighs them."""
