"""The WSGI application that the production server loads."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sanghyeop.web.settings")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # several processes share the cores already
application = get_wsgi_application()
