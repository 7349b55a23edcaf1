"""The WSGI application that the server loads."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

django = get_wsgi_application()

from portal.web.cached_answers import AnswerCache  # noqa: E402 - it needs the models, which are loaded now

application = AnswerCache(django)

if settings.PRODUCTION:
    from portal.services.demo import refuse_demo_accounts

    refuse_demo_accounts()
