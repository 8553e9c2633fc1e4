"""What the engine's pieces speak to: the SDK's low-level client, or ours with its method names."""

from typing import Any

# docker.APIClient's type stubs lack calls that we make; SocketApi hands on what it does not have.
Api = Any
