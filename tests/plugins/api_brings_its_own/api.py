from ninja import NinjaAPI

router = NinjaAPI(urls_namespace="mine")
