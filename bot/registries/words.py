"""What a registry's refusal means, and what to do about it, in one line."""

from __future__ import annotations

import json
import re
import time

from bot.errors import MissingError, RegistryError
from bot.http import Answer
from bot.http.patience import retry_after


def refusal(
    subject: str, host: str, answer: Answer, why: str = "", what: str = "repository or tag"
) -> RegistryError:
    """
    The error for an answer that is no success.

    `subject` is what was asked about, `host` where it was asked, as the operator would name it in
    `docker login`; `why` tells what is known about the credentials, `what` what it may lack.
    """
    code = _code(answer)
    told = f" ({code})" if code else ""
    error = MissingError if answer.status == 404 else RegistryError
    return error(f"{subject}: {_sentence(host, answer, why, what)}{told}")


def _sentence(host: str, answer: Answer, why: str, what: str) -> str:
    status = answer.status
    login = f"{why or 'there are none for it'}; run `docker login {host}` or configure them"
    if status == 401:
        return f"{host} asks for credentials: {login}"
    if status == 403:
        return f"{host} refuses access: {why or 'the credentials, if any, do not reach that far'}"
    if status == 404:
        return f"{host} has no such {what}, or hides it from who has no credentials"
    if status == 429:
        return f"{host} limits how often it is asked{_wait(answer)}"
    if status >= 500:
        return f"{host} is out of order (status {status}); try again later"
    return f"{host} answered status {status}, which was not expected"


def _wait(answer: Answer) -> str:
    seconds = retry_after(answer.headers, time.time())
    wait = f"; try again in {seconds:.0f} s" if seconds else "; try again later"
    return f"{wait}, or log in for a higher limit"


def _code(answer: Answer) -> str:
    """The error code of the distribution API; never its message, which may say anything."""
    try:
        code = json.loads(answer.body)["errors"][0]["code"]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        return ""
    return code if isinstance(code, str) and re.fullmatch(r"[A-Z_]{1,40}", code) else ""
