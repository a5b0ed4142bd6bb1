"""Run one of Docker's credential helpers: a program of the operator's."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
from collections.abc import Mapping

from bot.errors import RegistryError

NAME = re.compile(r"[a-zA-Z0-9_.-]{1,64}")
SECONDS = 10.0
# What keychains, `pass` and the clouds' helpers read; the tokens of forges are none of it.
_PASSED_ON = re.compile(
    r"PATH|HOME|USER|LOGNAME|LANG|TMPDIR|DISPLAY|WAYLAND_DISPLAY|DOCKER_CONFIG|SSL_CERT_\w+"
    r"|(?:XDG|DBUS|GNUPG|GPG|PASSWORD_STORE|AWS|ECR|GOOGLE|CLOUDSDK|AZURE)\w*"
    r"|(?:HTTPS?|NO|ALL)_PROXY|(?:https?|no|all)_proxy"
)


def ask(name: str, server: str, environ: Mapping[str, str]) -> tuple[str, str] | None:
    """
    The user name and secret that `docker-credential-NAME get` has for a server, `None` if none.

    https://github.com/docker/docker-credential-helpers#development. Raises `RegistryError` where
    the program is missing, fails, or takes longer than `SECONDS`; its output is never shown.
    """
    program = f"docker-credential-{name}"
    status, output = _run(program, server, environ)
    if b"credentials not found" in output:
        return None
    if status:
        raise RegistryError(f"{program} failed for {server} (exit code {status})")
    try:
        answer = json.loads(output)
        username, secret = answer["Username"], answer["Secret"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise RegistryError(f"{program} answered for {server} in no form that is known") from None
    return (str(username), str(secret)) if secret else None


def _run(program: str, server: str, environ: Mapping[str, str]) -> tuple[int, bytes]:
    try:
        process = subprocess.Popen(  # noqa: S603 -- the operator's own program, checked by NAME
            [program, "get"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={key: value for key, value in environ.items() if _PASSED_ON.fullmatch(key)},
            start_new_session=True,
        )
    except OSError:
        raise RegistryError(
            f"{program}, which Docker's configuration names, cannot be run; install it, or take"
            " it out of there"
        ) from None
    with process:
        try:
            output, _ = process.communicate(server.encode(), timeout=SECONDS)
        except subprocess.TimeoutExpired:
            # With all that it started: a child of its could hold the pipe open for ever.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            raise RegistryError(f"{program} did not answer within {SECONDS:g} s") from None
    return process.returncode, output
