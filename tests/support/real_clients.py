"""
The agents that people use, as real programs, each with a home of its own and a mocked service.

`Bench` has a home without anything in it, a project and a `memcli` on its PATH; `CLIENTS` says how
each program is told of memcli and of the service, and how it is asked.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.model_services import ModelServices
from tests.support.paths import ROOT

PACKAGES = (
    "@anthropic-ai/claude-code", "@openai/codex", "@google/gemini-cli", "opencode-ai",
)  # fmt: skip
TIMEOUT_S = 120
INSTALL_S = 900


def install(folder: Path) -> Path:
    """Install the agents below a folder, if they are not there; return where their programs are."""
    programs = folder / "node_modules" / ".bin"
    if not (programs / "opencode").exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder), *PACKAGES]
        subprocess.run(command, check=True, capture_output=True, timeout=INSTALL_S)
    return programs


@dataclass
class Bench:
    """A home, a project in it, and a service, for one client after the other."""

    root: Path
    programs: Path
    services: ModelServices
    home: Path = field(init=False)
    project: Path = field(init=False)

    def __post_init__(self) -> None:
        self.home, self.project = self.root / "home", self.root / "home" / "garden"
        self.project.mkdir(parents=True)
        subprocess.run(["git", "init", "-q", str(self.project)], check=True)
        # What is installed beside the tests' own Python may be of another tree than this one.
        program, python = self.root / "bin" / "memcli", self.root / "bin" / "python"
        program.parent.mkdir()
        python.symlink_to(sys.executable)
        paths = f"{ROOT}:{sysconfig.get_path('purelib')}"
        program.write_text(f'#!/bin/sh\nPYTHONPATH={paths} exec {python} -m memcli "$@"\n', "utf-8")
        program.chmod(0o755)

    @property
    def environment(self) -> dict[str, str]:
        """All that the programs find in their environment."""
        node = os.path.dirname(shutil.which("node") or "")
        path = (self.root / "bin", self.programs, node, "/usr/bin", "/bin")
        return {"HOME": str(self.home), "PATH": ":".join(map(str, path)), "TERM": "dumb"}

    def write(self, path: str, text: str) -> None:
        """Write a file below the home."""
        file = self.home / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")

    def run(self, *command: str, env: dict[str, str] | None = None) -> str:
        """Run a program in the project, which has to end well; return what it wrote."""
        done = subprocess.run(
            command,
            cwd=self.project,
            env=self.environment | (env or {}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )
        assert done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def memcli(self, *arguments: str) -> list[dict[str, object]]:
        """Run memcli on the store of this home; return its records."""
        lines = self.run("memcli", *arguments).splitlines()
        return [json.loads(line) for line in lines]


@dataclass(frozen=True)
class RealClient:
    """One program: the files it needs, and the command that says a prompt to it."""

    files: Callable[[str], dict[str, str]]
    command: Callable[[str], tuple[str, ...]]
    env: Callable[[str], dict[str, str]]
    hooks: bool = True

    def prepare(self, bench: Bench) -> None:
        """Write what the program needs to know of the mocked service."""
        for path, text in self.files(bench.services.url).items():
            bench.write(path, text)

    def say(self, bench: Bench, prompt: str, *options: str) -> str:
        """Say a prompt to the program, which ends when it has its answer."""
        url = bench.services.url
        return bench.run(*self.command(prompt), *options, env=self.env(url))


def _codex_files(url: str) -> dict[str, str]:
    config = (
        'model = "mock"\nmodel_provider = "mock"\napproval_policy = "never"\n\n'
        f'[model_providers.mock]\nname = "mock"\nbase_url = "{url}/v1"\n'
        'wire_api = "responses"\nenv_key = "MOCK_KEY"\n'
    )
    return {".codex/config.toml": config}


def _gemini_files(url: str) -> dict[str, str]:
    auth = {"security": {"auth": {"selectedType": "gemini-api-key"}}}
    return {".gemini/settings.json": json.dumps(auth, indent=2) + "\n"}


def _opencode_files(url: str) -> dict[str, str]:
    provider = {
        "npm": "@ai-sdk/openai-compatible",
        "name": "mock",
        "options": {"baseURL": f"{url}/v1", "apiKey": "x"},
        "models": {"mock": {"name": "mock"}},
    }
    settings = {"model": "mock/mock", "provider": {"mock": provider}, "share": "disabled"}
    return {".config/opencode/opencode.json": json.dumps(settings, indent=2) + "\n"}


CLIENTS = {
    "claude-code": RealClient(
        lambda url: {},
        lambda prompt: ("claude", "-p", prompt, "--allowedTools", "mcp__memcli"),
        lambda url: {
            "ANTHROPIC_BASE_URL": url,
            "ANTHROPIC_API_KEY": "x",
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        },
    ),
    "codex": RealClient(
        _codex_files,
        lambda prompt: (
            "codex", "exec", "--skip-git-repo-check", "--dangerously-bypass-hook-trust",
            "--dangerously-bypass-approvals-and-sandbox", prompt,
        ),
        lambda url: {"MOCK_KEY": "x"},
    ),
    "gemini": RealClient(
        _gemini_files,
        lambda prompt: ("gemini", "--yolo", "-m", "gemini-2.5-flash", "-p", prompt),
        lambda url: {
            "GOOGLE_GEMINI_BASE_URL": url,
            "GEMINI_API_KEY": "x",
            "GEMINI_CLI_TRUST_WORKSPACE": "true",
        },
    ),
    "opencode": RealClient(
        _opencode_files,
        lambda prompt: ("opencode", "run", prompt),
        lambda url: {"OPENCODE_DISABLE_MODELS_FETCH": "1", "OPENCODE_DISABLE_AUTOUPDATE": "1"},
        hooks=False,
    ),
}  # fmt: skip
