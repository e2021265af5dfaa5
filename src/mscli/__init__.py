"""mscli: build a system of microservices, run it on real engines, break it, take it down."""
