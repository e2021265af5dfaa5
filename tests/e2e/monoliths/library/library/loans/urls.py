from django.urls import include, path
from library.loans import views
from rest_framework.routers import SimpleRouter

router = SimpleRouter()
router.register("loans", views.LoanViewSet)

urlpatterns = [path("", include(router.urls))]
