"""Transcribes a file on a disk that the workers share: python transcribe.py talk.mp3 [own-key]"""

import asyncio
import os
import sys
import uuid
from pathlib import Path

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError


async def main(path: str, key: str) -> None:
    client = await Client.connect(os.environ.get("LONGHAND_ADDRESS", "localhost:7233"))
    request = {
        "source": {"uri": Path(path).resolve().as_uri()},
        "options": {"formats": ["txt", "json"]},
    }
    try:
        handle = await client.start_workflow(
            "transcription",
            request,
            id=key,
            task_queue="media",
            # The same key again attaches to what runs; what has failed is started anew.
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
        )
    except WorkflowAlreadyStartedError:  # and it is done
        handle = client.get_workflow_handle(key)
    result = await handle.result()
    for output in result["outputs"]:
        print(output["format"], output["uri"])


asyncio.run(main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else str(uuid.uuid4())))
# Ends here and now: the SDK's threads may still be at work, and an interpreter that takes itself apart beside them
# crashes now and then (https://github.com/temporalio/sdk-python/issues/300).
sys.stdout.flush()
os._exit(0)
