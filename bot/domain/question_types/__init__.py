"""One file per type of question: how it is made from options and how a response is graded."""
