"""
Stands in for `claude -p PROMPT`: a session of Claude Code as memcli sees it, and no model.

It runs the hooks of the settings as the program does, writes the transcript, and prints what the
hooks gave it to put before its model.
"""

import json
import os
import subprocess
import sys
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path

HOME = Path.home()


def run_hooks(event, **report):
    """Run the hooks of an event in the shell, and return the contexts that they give."""
    settings = json.loads((HOME / ".claude" / "settings.json").read_text())
    told = json.dumps({**SESSION, "hook_event_name": event, **report})
    found = []
    for group in settings["hooks"].get(event, ()):
        for hook in group["hooks"]:
            done = subprocess.run(
                hook["command"], shell=True, input=told, text=True, check=True, stdout=-1
            )
            if done.stdout:
                found.append(json.loads(done.stdout)["hookSpecificOutput"]["additionalContext"])
    return found


def write_turn(role, text):
    """Add a turn to the transcript."""
    event = {
        "type": role,
        "uuid": str(uuid.uuid4()),
        "parentUuid": None,
        "sessionId": SESSION["session_id"],
        "timestamp": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        "cwd": SESSION["cwd"],
        "message": {"role": role, "content": text, "id": str(uuid.uuid4())},
    }
    with open(SESSION["transcript_path"], "a", encoding="utf-8") as log:
        log.write(json.dumps(event) + "\n")


def wait_for_catch_up():
    """Wait until what earlier sessions spooled is worked on, as it is between two of a person's."""
    folder = Path(os.environ["MEMCLI_STORE"]) / "hooks"
    end = time.monotonic() + 60
    while time.monotonic() < end:
        waiting = subprocess.run(
            ["memcli", "hook", "status"], stdout=-1, text=True, check=True
        ).stdout
        taken = list(folder.glob("*.jsonl"))
        if not taken and '"waiting":0' in waiting:
            return
        time.sleep(0.1)


name = str(uuid.uuid4())
place = HOME / ".claude" / "projects" / "-somewhere"
place.mkdir(parents=True, exist_ok=True)
SESSION = {"session_id": name, "transcript_path": str(place / f"{name}.jsonl"), "cwd": os.getcwd()}
prompt = sys.argv[sys.argv.index("-p") + 1]
contexts = run_hooks("SessionStart", source="startup")
contexts += run_hooks("UserPromptSubmit", prompt=prompt)
write_turn("user", prompt)
write_turn("assistant", "Noted.")
run_hooks("Stop")
run_hooks("SessionEnd", reason="other")
wait_for_catch_up()
print("\n".join(contexts))
