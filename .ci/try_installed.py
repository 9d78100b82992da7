"""Try the installed wheel as a user would: look inside, serve, validate."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

FAKEAI: Final = str(Path(sys.executable).with_name("fakeai"))
START_S: Final = 30
STOP_S: Final = 10
BUILTIN: Final = ("fakeai.yaml", "schemas", "templates")
QUESTION: Final = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Say hello."}]}


def main() -> None:
    """Run every trial; the first failure ends the program with a message."""
    look_inside(Path(sys.argv[1]), Path(sys.argv[2]))
    with serving() as url:
        ask(url)
    subprocess.run([FAKEAI, "validate-config"], check=True)


def look_inside(wheel: Path, repository: Path) -> None:
    """Check that every file of the package travels, the built-in spec's included."""
    wanted = {str(path.relative_to(repository)) for path in files_below(repository / "fakeai")}
    for name in BUILTIN:
        wanted |= {
            f"fakeai/_builtin/{path.relative_to(repository)}"
            for path in files_below(repository / name)
        }
    with zipfile.ZipFile(wheel) as archive:
        missing = sorted(wanted - set(archive.namelist()))
    if missing:
        sys.exit(f"{wheel.name} lacks {', '.join(missing)}")
    print(f"{wheel.name} holds all {len(wanted)} files")


def files_below(path: Path) -> list[Path]:
    """Return a file itself, or the files of a folder that are not caches."""
    if path.is_file():
        return [path]
    found = [file for file in path.rglob("*") if file.is_file() and "__pycache__" not in file.parts]
    return found or sys.exit(f"{path} holds no file")


@contextlib.contextmanager
def serving() -> Iterator[str]:
    """Serve on a free port; stop, and show the server's log when a trial fails."""
    url = f"http://127.0.0.1:{free_port()}"
    log = Path.cwd().with_name("server.log")
    with log.open("wb") as output:
        server = subprocess.Popen(
            [FAKEAI, "serve", "--port", url.rpartition(":")[2]],
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        await_health(server, url)
        yield url
        server.terminate()
        server.wait(STOP_S)
        print("the server stopped when asked to")
    except BaseException:
        print(log.read_text(errors="replace"), file=sys.stderr)
        raise
    finally:
        server.kill()
        server.wait()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


def await_health(server: subprocess.Popen[bytes], url: str) -> None:
    """Return once the server answers."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        if server.poll() is not None:
            sys.exit(f"the server ended with {server.returncode} before it answered")
        with (
            contextlib.suppress(OSError),
            urllib.request.urlopen(f"{url}/health", timeout=START_S) as response,
        ):
            print(f"/health answers {response.status}")
            return
        time.sleep(0.1)
    sys.exit(f"no answer from {url}/health in {START_S} s")


def ask(url: str) -> None:
    """Post a chat completion and check the answer."""
    request = urllib.request.Request(
        f"{url}/v1/chat/completions",
        data=json.dumps(QUESTION).encode(),
        headers={"Content-Type": "application/json", "Authorization": "Bearer sk-any"},
    )
    with urllib.request.urlopen(request, timeout=START_S) as response:
        body: dict[str, Any] = json.load(response)
    choice, usage = body["choices"][0], body["usage"]
    sound = (
        body["object"] == "chat.completion"
        and choice["message"]["role"] == "assistant"
        and choice["message"]["content"]
        and choice["finish_reason"] == "stop"
        and usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
    )
    if not sound:
        sys.exit(f"not a chat completion: {body}")
    print(f"/v1/chat/completions answers {choice['message']['content'][:60]!r}")


if __name__ == "__main__":
    main()
