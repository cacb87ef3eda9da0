"""A pytest plugin that runs FastAPI's own tutorial tests against our programs, or records FastAPI."""
