"""What the walk leaves behind: functions in context, their effects, and what follows from them."""
