"""Korean first: the browser's language does not decide, the reader does."""

from django.conf import settings
from django.utils import translation

COOKIE = "language"


class KoreanFirst:
    """The language of the cookie that the language switch sets, otherwise Korean."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        wanted = request.COOKIES.get(COOKIE, "")
        language = wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
            return response
