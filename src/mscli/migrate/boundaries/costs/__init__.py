"""What a cut severs and costs, and whether it pays at all."""
