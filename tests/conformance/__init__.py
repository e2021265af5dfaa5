"""What every service must do whatever language it is written in, seen from outside."""
