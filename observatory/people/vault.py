"""What must not be read from a copy of the database alone: sealed with a key that follows from the instance's own."""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class Vault:
    """Seals texts, and marks codes so that they can be compared and not read."""

    def __init__(self, secret_key: str) -> None:
        self._fernet = Fernet(base64.urlsafe_b64encode(_derived(secret_key, b"observatory second factor")))
        self._marking = _derived(secret_key, b"observatory recovery codes")

    def seal(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode()

    def unsealed(self, sealed: str) -> str | None:
        """The text; None when it was sealed under another key."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            return None

    def mark(self, code: str) -> str:
        """What is kept of a code: the same for the same code, worthless without the key."""
        return hmac.new(self._marking, code.encode(), hashlib.sha256).hexdigest()


def _derived(secret_key: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret_key.encode())
