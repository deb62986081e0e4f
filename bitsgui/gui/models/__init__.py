"""Table models over job snapshots: values and order, no painting, no manager."""
