from django.contrib.auth import authenticate, login
from django.http import JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt
def sign_in(request):
    user = authenticate(username=request.POST["name"], password=request.POST["password"])
    if user is None:
        return JsonResponse({"error": "who is that?"}, status=403)
    login(request, user)
    return JsonResponse({"name": user.username, "token": get_token(request)})
