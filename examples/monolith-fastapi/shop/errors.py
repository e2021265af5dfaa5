"""What is refused is answered in the shop's own way."""

from fastapi.responses import JSONResponse


async def refused(_request, error):
    """The answer to an error of HTTP."""
    return JSONResponse({"refused": error.detail}, error.status_code)
