# hashlib, hmac, base64, binascii, zlib, secrets, uuid.
# prints:
#   ba7816bf 900150983cd24fb0 342e519c
#   aGk= b'hi' 6869 True
#   32 4 True
import base64
import binascii
import hashlib
import hmac
import secrets
import uuid
import zlib

print(
    hashlib.sha256(b"abc").hexdigest()[:8],
    hashlib.md5(b"abc").hexdigest()[:16],
    hmac.new(b"k", b"abc", "sha256").hexdigest()[:8],
)
print(
    base64.b64encode(b"hi").decode(),
    base64.b64decode("aGk="),
    binascii.hexlify(b"hi").decode(),
    zlib.decompress(zlib.compress(b"x" * 99)) == b"x" * 99,
)
print(len(secrets.token_hex(16)), uuid.uuid4().version, hmac.compare_digest("a", "a"))
