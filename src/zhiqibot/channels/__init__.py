"""One file or folder a platform: verify, translate, send. No channel knows a topic; all of them import only `core`."""
